// The text of a report: names of data go in at the cursor, ready texts into their field, and nothing unsaved is lost.
window.addEventListener("DOMContentLoaded", () => {
  const form = document.getElementById("texts");
  if (!form) return;
  const fields = [...form.querySelectorAll("textarea")];
  if (!fields.length) return;
  form.querySelectorAll(".scripted").forEach((part) => { part.hidden = false; });

  // The browser's own undo takes back what is put in.
  const put = (field, text, start, end) => {
    field.focus();
    field.setSelectionRange(start, end);
    if (!document.execCommand("insertText", false, text)) {
      field.setRangeText(text, start, end, "end");
      field.dispatchEvent(new Event("input", { bubbles: true }));
    }
  };
  const labelOf = (field) => form.querySelector(`label[for="${field.id}"]`).textContent.trim();

  let target = fields[0];
  const aim = (field) => {
    target.classList.remove("target");
    target = field;
    target.classList.add("target");
    form.querySelector("[data-target]").textContent = labelOf(field);
  };
  fields.forEach((field) => field.addEventListener("focus", () => aim(field)));

  form.querySelectorAll(".data li").forEach((entry) => {
    const place = entry.querySelector(".name");
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = place.textContent;
    button.addEventListener("click", () => {
      const { selectionStart: start, selectionEnd: end, value } = target;
      let text = entry.dataset.name;
      if ("line" in entry.dataset) {
        if (start && value[start - 1] !== "\n") text = `\n${text}`;
        if (value[end] !== "\n") text += "\n";
      }
      put(target, text, start, end);
    });
    place.replaceChildren(button);
  });

  const find = document.getElementById("data-find");
  const groups = [...form.querySelectorAll(".data details")];
  groups.forEach((group) => { group.dataset.open = group.open ? "yes" : ""; });
  find.addEventListener("input", () => {
    const words = find.value.trim();
    let found = 0;
    groups.forEach((group) => {
      const entries = [...group.querySelectorAll("li")];
      entries.forEach((entry) => { entry.hidden = !entry.dataset.words.includes(words); });
      const shown = entries.filter((entry) => !entry.hidden).length;
      group.hidden = !shown;
      group.open = words ? shown > 0 : group.dataset.open === "yes";
      found += shown;
    });
    form.querySelector(".data .none").hidden = found > 0;
  });
  find.addEventListener("keydown", (event) => { if (event.key === "Enter") event.preventDefault(); });

  form.addEventListener("click", (event) => {
    const button = event.target.closest("button[data-text], button[data-bind]");
    if (!button) return;
    const field = button.closest(".text").querySelector("textarea");
    event.preventDefault();
    if ("text" in button.dataset) {
      const changed = field.value !== field.defaultValue && field.value.trim();
      if (changed && !window.confirm("这一段已有没保存的改动，采用后将被替换。要替换吗？")) return;
      put(field, button.dataset.text, 0, field.value.length);
      return;
    }
    // The number as it stands in the words that were found, else wherever it stands alone.
    const { number, words, bind } = button.dataset;
    const alone = new RegExp(`(?<!\\d)${number}(?!\\d)`);
    const start = field.value.indexOf(words);
    const place = (start < 0 ? field.value : words).search(alone);
    if (place < 0) return;
    put(field, bind, Math.max(start, 0) + place, Math.max(start, 0) + place + number.length);
    button.closest("li").remove();
  });

  // Back to where the officer was writing.
  const place = "text-being-written";
  form.addEventListener("submit", () => sessionStorage.setItem(place, target.closest(".text").id));
  if (form.querySelector("[data-saved]")) document.getElementById(sessionStorage.getItem(place))?.scrollIntoView({ block: "center" });

  let unsaved = false;
  form.addEventListener("input", (event) => {
    if (event.target === find) return;
    unsaved = true;
    form.querySelector("[data-saved]")?.remove();
  });
  form.addEventListener("submit", () => { unsaved = false; });
  window.addEventListener("beforeunload", (event) => { if (unsaved) event.preventDefault(); });
});
