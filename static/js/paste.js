// A table pasted over a form, read by the server: one manner for every column. Used by the score pages and by <table data-paste="address">.
(() => {
  "use strict";
  const isBox = (part) => part.type === "checkbox";
  const nameOf = (box) => box.closest("label")?.textContent.trim() || box.value;
  // What the server must know of a row: its fields, and what may be chosen in each. Boxes of one row are one field.
  function told(parts) {
    const boxes = parts.filter(isBox);
    const others = parts.filter((part) => !isBox(part)).map((part) => ({
      kind: part.tagName === "SELECT" ? "select" : "text",
      options: part.tagName === "SELECT" ? [...part.options].filter((one) => one.value).map((one) => [one.value, one.text]) : [],
    }));
    return boxes.length ? [{ kind: "checks", options: boxes.map((box) => [box.value, nameOf(box)]) }, ...others] : others;
  }
  // rows: [{ parts: [fields], aside: whether only read }]. Gives { rows: [{ row, values, error }], left } or throws a sentence.
  async function read(address, token, { text, rows, place, words }) {
    const body = new URLSearchParams({
      csrfmiddlewaretoken: token,
      text: text.replace(/\v/g, " "),
      rows: JSON.stringify(rows.map((one) => ({ parts: told(one.parts), aside: one.aside }))),
      place,
      words: JSON.stringify(words || {}),
    });
    let answer;
    try {
      answer = await fetch(address, { method: "POST", body, headers: { Accept: "application/json" }, credentials: "same-origin" });
    } catch {
      throw new Error("Mất kết nối nên chưa dán được. Hãy dán lại khi có mạng.");
    }
    const isJson = !answer.redirected && (answer.headers.get("content-type") || "").includes("json");
    if (!isJson) throw new Error("Chưa dán được: phiên làm việc đã hết hoặc máy chủ bận. Hãy đăng nhập lại rồi dán.");
    const data = await answer.json();
    if (!answer.ok) throw new Error((data.errors || ["Chưa dán được. Hãy tải lại trang rồi dán lại."]).join(" "));
    return data;
  }
  // Put what was read into the fields of one row.
  function fill(parts, values) {
    const boxes = parts.filter(isBox);
    const others = parts.filter((part) => !isBox(part));
    const rest = boxes.length ? values.slice(1) : values;
    if (boxes.length && values[0] !== null) {
      const chosen = (values[0] || "").split("\n");
      boxes.forEach((box) => { box.checked = chosen.includes(box.value); });
    }
    rest.forEach((value, index) => { if (value !== null && others[index]) others[index].value = value; });
  }
  const isTable = (text) => /[\t\n\r]/.test(text.replace(/[\r\n]+$/, ""));
  window.Pasting = { read, fill, isTable };

  // A column of a plain form: the fields below the one that is pasted into.
  document.addEventListener("paste", async (event) => {
    const cell = event.target;
    const table = cell instanceof Element ? cell.closest("table[data-paste]") : null;
    const text = event.clipboardData.getData("text");
    if (!table || !cell.matches("[data-paste-part]") || !isTable(text)) return;
    event.preventDefault();
    const all = [...table.querySelectorAll("tbody tr")];
    const partsOf = (row) => [...row.querySelectorAll("[data-paste-part]")].filter((part) => !part.disabled);
    const lines = all.slice(all.indexOf(cell.closest("tr"))).map((row) => ({ row, parts: partsOf(row), aside: !row.querySelector("[data-paste-part]") }));
    const say = sayer(table);
    try {
      const token = cell.form.querySelector("[name=csrfmiddlewaretoken]").value;
      const data = await read(table.dataset.paste, token, { text, rows: lines, place: lines[0].parts.indexOf(cell) });
      const wrong = data.rows.filter((one) => one.error);
      data.rows.forEach((one) => {
        fill(lines[one.row].parts, one.values);
        lines[one.row].parts[0].dispatchEvent(new Event("input", { bubbles: true }));
      });
      const left = data.left ? ` ${data.left} dòng cuối không còn chỗ.` : "";
      say(`Đã dán ${data.rows.length - wrong.length} dòng, chưa lưu.${left} ${wrong.map((one) => one.error).join(" ")}`.trim());
    } catch (broken) {
      say(broken.message);
    }
  });
  function sayer(table) {
    let line = table.parentElement.nextElementSibling;
    if (!line?.matches("[data-paste-said]")) {
      line = document.createElement("p");
      line.dataset.pasteSaid = "";
      line.className = "small mt-2";
      line.setAttribute("role", "status");
      table.parentElement.after(line);
    }
    return (words) => { line.textContent = words; };
  }
})();
