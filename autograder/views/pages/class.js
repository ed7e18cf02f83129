"use strict";
// Sorting, searching and filtering on the page itself. Without this script all rows stand there in order.
{
  const FIRST = 100; // rows that are drawn at once: a browser takes seconds to lay out ten thousand
  const $ = (id) => document.getElementById(id);
  const selects = ["by-exercise", "by-mistake", "by-status"].map($);
  const body = $("class").tBodies[0];
  const rows = [...body.rows];
  const lower = (text) => text.toLocaleLowerCase();
  const tokens = new Map(rows.map((row) => [row, new Set(row.dataset.is.split(" "))]));
  const words = new Map();
  let order = rows;
  let everything = false;

  const nameless = () => $("nameless").checked;
  const said = (row) => {
    if (!words.has(row)) words.set(row, lower(row.textContent));
    return words.get(row);
  };

  function show() {
    const wanted = selects.map((select) => select.value).filter(Boolean);
    const text = lower($("find").value.trim());
    const found = order.filter(
      (row) => wanted.every((token) => tokens.get(row).has(token)) && (!text || said(row).includes(text)),
    );
    const drawn = everything ? found : found.slice(0, FIRST);
    body.replaceChildren(...drawn);
    $("count").textContent = found.length === rows.length ? `${rows.length}` : `${found.length} of ${rows.length}`;
    $("all").hidden = drawn.length === found.length;
    $("all").textContent = `Show all ${found.length}`;
  }

  function keyOf(row, column) {
    const cell = row.cells[column];
    if (cell.dataset.key !== undefined) return Number(cell.dataset.key);
    const shown = cell.querySelector(nameless() ? ".alias" : ".name");
    return lower((shown ?? cell).textContent);
  }

  const compare = new Intl.Collator(undefined, { numeric: true }).compare;

  function sorted(list, column, down) {
    const keyed = list.map((row) => [keyOf(row, column), row]);
    keyed.sort(([a], [b]) => (typeof a === "number" ? a - b : compare(a, b)));
    return (down ? keyed.reverse() : keyed).map(([, row]) => row);
  }

  for (const table of document.querySelectorAll("table.sortable")) {
    const heads = [...table.tHead.rows[0].cells];
    heads.forEach((head, column) => {
      if ("plain" in head.dataset) return;
      const button = document.createElement("button");
      button.type = "button";
      button.append(...head.childNodes);
      head.append(button);
      head.setAttribute("aria-sort", "none");
      button.addEventListener("click", () => {
        const down = head.getAttribute("aria-sort") === "ascending";
        for (const other of heads) if (other.hasAttribute("aria-sort")) other.setAttribute("aria-sort", "none");
        head.setAttribute("aria-sort", down ? "descending" : "ascending");
        if (table.id === "class") {
          order = sorted(rows, column, down);
          show();
        } else {
          table.tBodies[0].replaceChildren(...sorted([...table.tBodies[0].rows], column, down));
        }
      });
    });
  }

  for (const button of document.querySelectorAll("button.show")) {
    button.hidden = false;
    button.addEventListener("click", () => {
      const token = button.dataset.token;
      $("find").value = "";
      for (const select of selects) {
        select.value = [...select.options].some((option) => option.value === token) ? token : "";
      }
      show();
      $("submissions").scrollIntoView();
      selects.find((select) => select.value)?.focus();
    });
  }

  function drawAll(all) {
    everything = all;
    show();
  }
  $("find").addEventListener("input", show);
  for (const select of selects) select.addEventListener("change", show);
  $("nameless").addEventListener("change", () => document.body.classList.toggle("nameless", nameless()));
  $("all").addEventListener("click", () => {
    drawAll(true);
    $("class").parentElement.focus();
  });
  let before = everything;
  addEventListener("beforeprint", () => {
    before = everything;
    drawAll(true);
  });
  addEventListener("afterprint", () => drawAll(before));
  for (const tool of document.querySelectorAll(".tools")) tool.hidden = false;
  show();
}
