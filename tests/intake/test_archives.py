"""Whatever an archive holds, it is unpacked into its folder and into no more of the disk than is allowed."""

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
from autograder.intake.archives import Budget, copy_opened, for_a_student, unpack
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
    with pytest.raises(Failure, match="it holds too many files"):
        opened(tmp_path, many_files(), budget=Budget(60, MIB))
    assert len(files(tmp_path / "inner")) == 60


def test_a_list_of_far_too_many_files_is_not_even_read(tmp_path: Path) -> None:
    with pytest.raises(Failure, match="it holds too many files"):
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
