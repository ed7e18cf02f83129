"""Whatever an archive contains, it is unpacked only into its folder, and uses no more disk than allowed."""

from __future__ import annotations

import gzip
import io
import stat
import struct
import tarfile
import zipfile
from pathlib import Path

import pytest

from autograder.errors import Failure
from autograder.intake.archives import Budget, copy_opened, for_a_student, unpack, walk
from tests.lms import put_all, zipped

MIB = 2**20


def files(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def opened(
    tmp_path: Path, data: bytes, name: str = "a.zip", budget: Budget | None = None
) -> tuple[dict[str, bytes], list[str]]:
    (tmp_path / name).write_bytes(data)
    notes = unpack(tmp_path / name, tmp_path / "inner" / "out", budget or for_a_student())
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted([name, "inner"])  # nothing has left the folder
    assert [path.name for path in (tmp_path / "inner").iterdir()] == ["out"]
    return files(tmp_path / "inner" / "out"), notes


@pytest.mark.parametrize(
    ("name", "inside"),
    [
        ("../../conv.py", "conv.py"),
        ("/etc/conv.py", "etc/conv.py"),
        ("C:\\work\\conv.py", "work/conv.py"),
        ("a/./b//../conv.py", "a/b/conv.py"),
        ("..\\..\\conv.py", "conv.py"),
        ("a\nb/conv.py", "a_b/conv.py"),
        ("Zoe\u0308/conv.py", "Zoë/conv.py"),
        ("..", "unnamed"),
    ],
)
def test_a_name_that_leads_elsewhere_is_made_one_inside(tmp_path: Path, name: str, inside: str) -> None:
    assert opened(tmp_path, zipped({name: b"x = 1"})) == ({inside: b"x = 1"}, [])


def test_long_and_deep_names_are_shortened(tmp_path: Path) -> None:
    found, _ = opened(tmp_path, zipped({"d/" * 200 + "n" * 4000 + ".py": b"x"}))
    (name,) = found
    assert name.endswith("nnn.py")
    assert len(name) < 250


@pytest.mark.parametrize("kind", [stat.S_IFLNK, stat.S_IFIFO, stat.S_IFCHR])
def test_links_and_devices_in_a_zip_are_left_out_and_named(tmp_path: Path, kind: int) -> None:
    info = zipfile.ZipInfo("ada/conv.py")
    info.external_attr = (kind | 0o777) << 16
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        archive.writestr(info, "/etc/passwd")
    found, notes = opened(tmp_path, made.getvalue())
    assert (found, len(notes)) == ({}, 1)
    assert "left out conv.py" in notes[0]
    assert (tmp_path / "inner" / "out" / "ada").is_dir()


@pytest.mark.parametrize("kind", [tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.FIFOTYPE, tarfile.CHRTYPE])
def test_links_and_devices_in_a_tar_are_left_out_and_named(tmp_path: Path, kind: bytes) -> None:
    made = io.BytesIO()
    with tarfile.open(fileobj=made, mode="w") as archive:
        info = tarfile.TarInfo("ada/conv.py")
        info.type, info.linkname = kind, "/etc/passwd"
        archive.addfile(info)
        info = tarfile.TarInfo("../../b.py")
        info.size = 1
        archive.addfile(info, io.BytesIO(b"x"))
    found, notes = opened(tmp_path, made.getvalue(), "a.tar")
    assert found == {"b.py": b"x"}
    assert "left out conv.py" in notes[0]


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_of_two_files_of_one_name_the_later_is_kept(tmp_path: Path) -> None:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        archive.writestr("conv.py", "x = 1")
        archive.writestr("conv.py", "x = 2")
    assert opened(tmp_path, made.getvalue())[0] == {"conv.py": b"x = 2"}


def test_a_file_and_a_folder_of_one_name_do_not_stop_it(tmp_path: Path) -> None:
    found, notes = opened(tmp_path, zipped({"conv": b"1", "conv/conv.py": b"2", "b.py": b"3"}))
    assert found == {"conv": b"1", "b.py": b"3"}
    assert "conv.py (a file and a folder have this name)" in notes[0]


def test_names_of_a_mac_are_read_and_those_of_windows(tmp_path: Path) -> None:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        archive.writestr("Xo.py", "1")
        archive.writestr("Yo.py", "2")
    data = made.getvalue().replace(b"Xo.py", "ë.py".encode()).replace(b"Yo.py", b"Y\x89.py"[:5].ljust(5, b"y"))
    found, _ = opened(tmp_path, data)
    assert found.keys() == {"ë.py", "Yë.py"}


def test_what_is_larger_than_its_bounds_is_refused_before_the_disk_is_full(tmp_path: Path) -> None:
    bomb = zipped({f"{n}.py": bytes(20 * MIB) for n in range(5)})
    assert len(bomb) < MIB
    with pytest.raises(Failure, match="unpacked, it is too large"):
        opened(tmp_path, bomb)
    assert sum(len(data) for data in files(tmp_path / "inner").values()) <= 70 * MIB


@pytest.mark.parametrize("name", ["a.gz", "a.tar.gz"])
def test_a_stream_that_unpacks_to_too_much_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(Failure, match="unpacked, it is too large"):
        opened(tmp_path, gzip.compress(bytes(80 * MIB), 1), name)


def test_what_a_zip_says_of_its_sizes_is_not_believed(tmp_path: Path) -> None:
    data = zipped({"a.py": bytes(MIB)})
    at = data.rfind(b"PK\x01\x02")
    lying = data[: at + 24] + struct.pack("<L", 10) + data[at + 28 :]
    with pytest.raises(Failure, match="damaged"):
        opened(tmp_path, lying)


def many_files() -> bytes:
    return zipped({f"{n:0200}": b"" for n in range(100)})


def test_too_many_files_are_refused(tmp_path: Path) -> None:
    with pytest.raises(Failure, match="it contains too many files"):
        opened(tmp_path, many_files(), budget=Budget(60, MIB))
    assert len(files(tmp_path / "inner")) == 60


def test_a_list_of_far_too_many_files_is_not_even_read(tmp_path: Path) -> None:
    with pytest.raises(Failure, match="it contains too many files"):
        opened(tmp_path, many_files(), budget=Budget(20, MIB))
    assert not files(tmp_path / "inner")


def test_one_large_file_is_left_out_and_the_others_are_there(tmp_path: Path) -> None:
    found, notes = opened(tmp_path, zipped({"a.bin": bytes(3 * MIB), "b.py": b"x"}), budget=Budget(9, 9 * MIB, MIB))
    assert found == {"b.py": b"x"}
    assert notes == ["a.zip: left out a.bin (larger than 1 MiB)"]


@pytest.mark.parametrize(
    "data", [b"", b"PK", b"PK\x03\x04" + bytes(50), zipped({"a.py": b"x" * 999})[:-40], b"\x1f\x8bxx"]
)
def test_what_is_damaged_is_a_failure_that_says_so(tmp_path: Path, data: bytes) -> None:
    with pytest.raises(Failure, match=r"a\.zip: it "):
        opened(tmp_path, data)


def test_what_is_encrypted_is_a_failure_that_says_so(tmp_path: Path) -> None:
    data = bytearray(zipped({"a.py": b"x"}))
    data[6] |= 1
    data[data.rfind(b"PK\x01\x02") + 8] |= 1
    with pytest.raises(Failure, match="it is encrypted"):
        opened(tmp_path, bytes(data))


def test_archives_in_archives_are_opened_on_one_budget(tmp_path: Path) -> None:
    folder = put_all(tmp_path / "ada", {"a.zip": zipped({"b.zip": zipped({"conv.py": b"x"})}), "n.txt": b"n"})
    assert copy_opened(folder, tmp_path / "copy", for_a_student()) == []
    assert files(tmp_path / "copy") == {"a/b/conv.py": b"x", "n.txt": b"n"}
    nested = {f"{n}.zip": zipped({"x.bin": bytes(30 * MIB)}) for n in range(20)}
    notes = copy_opened(put_all(tmp_path / "eve", nested), tmp_path / "more", for_a_student())
    assert len(notes) >= 10
    assert sum(len(data) for data in files(tmp_path / "more").values()) < 260 * MIB


def test_an_archive_that_holds_itself_ends(tmp_path: Path) -> None:
    data = b"x"
    for _ in range(60):
        data = zipped({"a.zip": data})
    copy_opened(put_all(tmp_path / "ada", {"a.zip": data}), tmp_path / "copy", for_a_student())
    assert len(list((tmp_path / "copy").rglob("*"))) < 100


def test_a_file_that_cannot_be_read_is_named_and_the_others_are_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = put_all(tmp_path / "ada", {"a.py": b"x", "b.py": b"y"})

    def refuse(file: object, *args: object, **options: object) -> object:
        if str(file).endswith("ada/a.py"):
            raise PermissionError(13, "Permission denied")
        return io.open(file, *args, **options)  # type: ignore[call-overload]  # noqa: UP020 (the one that is not patched)

    monkeypatch.setattr("builtins.open", refuse)
    assert copy_opened(folder, tmp_path / "copy", for_a_student()) == ["ada: left out a.py (Permission denied)"]
    monkeypatch.undo()
    assert files(tmp_path / "copy") == {"b.py": b"y"}


def test_a_folder_of_large_files_is_copied_whole(tmp_path: Path) -> None:
    folder = put_all(tmp_path / "ada", {"a.bin": bytes(80 * MIB)})
    assert copy_opened(folder, tmp_path / "copy", for_a_student()) == []
    assert (tmp_path / "copy" / "a.bin").stat().st_size == 80 * MIB


def test_a_list_of_files_is_as_long_as_the_record_says_that_zipfile_reads(tmp_path: Path) -> None:
    entry = struct.pack("<4s4B4HL2L5H2L", b"PK\x01\x02", 20, 0, 20, *[0] * 8, 1, *[0] * 6) + b"a"
    listed = entry * 60_000
    record = bytearray(struct.pack("<4s4H2LH", b"PK\x05\x06", 0, 0, 0, 60_000, len(listed), 0, 0))
    record[6:10] = b"PK\x05\x06"  # the start of another record, in fields that are not used
    with zipfile.ZipFile(io.BytesIO(listed + record)) as packed:
        assert len(packed.infolist()) == 60_000
    with pytest.raises(Failure, match="too many files"):
        opened(tmp_path, listed + bytes(record))


def test_a_record_of_64_bits_counts(tmp_path: Path) -> None:
    record_64 = struct.pack("<4sQ2H2L4Q", b"PK\x06\x06", 44, 45, 45, 0, 0, 0, 0, 2**32, 0)
    record = struct.pack("<4s4H2LH", b"PK\x05\x06", 0, 0, 0, 0, 2**32 - 1, 0, 0)
    data = b"PK" + record_64 + struct.pack("<4sLQL", b"PK\x06\x07", 0, 0, 1) + record
    with pytest.raises(Failure, match="too many files"):
        opened(tmp_path, data)


def headed(kind: bytes, text: bytes, compress: bool = True) -> bytes:
    """A tar of an empty file with a header before it."""
    header, file = tarfile.TarInfo("x"), tarfile.TarInfo("conv.py")
    header.type, header.size = kind, len(text)
    data = header.tobuf() + text + bytes(-len(text) % 512) + file.tobuf() + bytes(1024)
    return gzip.compress(data, 1) if compress else data


@pytest.mark.parametrize("compress", [True, False])
@pytest.mark.parametrize("kind", [tarfile.XHDTYPE, tarfile.XGLTYPE, tarfile.GNUTYPE_LONGNAME, tarfile.GNUTYPE_SPARSE])
def test_a_header_of_a_tar_that_is_larger_than_any_name_is_not_read(
    tmp_path: Path, kind: bytes, compress: bool
) -> None:
    said = b"20 GNU.sparse.size=1\n131094 GNU.sparse.map=" + b"0,0," * 32768 + b"0,0\n"
    with pytest.raises(Failure, match=r"a\.tar\.gz: it is damaged, or of an unusual kind .a header that is too large"):
        opened(tmp_path, headed(kind, said, compress), "a.tar.gz")


def test_a_long_name_is_read_and_what_headers_say_is_not_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    kept: list[int] = []
    extract = tarfile.TarFile.extractfile

    def noting(self: tarfile.TarFile, member: tarfile.TarInfo) -> object:
        kept.append(len(self.getmembers()) if self.__dict__.get("_loaded") else len(self.__dict__["members"]))
        return extract(self, member)

    monkeypatch.setattr(tarfile.TarFile, "extractfile", noting)
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w", format=tarfile.PAX_FORMAT) as made:
        for number in range(5):
            made.addfile(tarfile.TarInfo(f"{'n' * 110}-ä-{number}.py"))
    found, _ = opened(tmp_path, packed.getvalue(), "a.tar")
    assert len(found) == 5
    assert max(kept) <= 1


def test_archives_in_each_other_without_end_leave_nothing_that_cannot_be_removed(tmp_path: Path) -> None:
    data = b"x = 1"
    for number in range(30):
        data = zipped({"r.zip" if number else "conv.py": data})
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "r.zip").write_bytes(data)
    notes = copy_opened(tmp_path / "in", tmp_path / "out", for_a_student())
    assert notes == ["r.zip: it lies in too many archives, one in the other"]
    assert max(len(path.relative_to(tmp_path).parts) for path in (tmp_path / "out").rglob("*")) < 12


def test_folders_too_deep_to_walk_through_are_not_entered(tmp_path: Path) -> None:
    deep = tmp_path
    for _ in range(300):
        deep = deep / "d"
    deep.mkdir(parents=True)
    for folder in (tmp_path / "d", deep):
        (folder / "conv.py").write_text("x = 1")
    assert [path.relative_to(tmp_path).as_posix() for path in walk(tmp_path)] == ["d/conv.py"]
