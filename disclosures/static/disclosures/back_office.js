// Names for the theme's nameless parts: scroll areas, choosers, and the column of the delete marks.
const name = () => {
  document.querySelectorAll(".simplebar-content-wrapper").forEach((area, place) => {
    area.setAttribute("aria-label", area.closest("#nav-sidebar") ? "导航" : area.closest("#changelist-filter") ? "筛选" : `表格${place}`);
  });
  document.querySelectorAll(".select2-container").forEach((chooser) => {
    const label = document.querySelector(`label[for="${chooser.parentElement.querySelector("select")?.id}"]`);
    chooser.querySelectorAll('[role="combobox"], [role="textbox"]').forEach((part) => {
      part.setAttribute("aria-label", label ? label.textContent.trim() : "选择");
    });
  });
  document.querySelectorAll(".formset thead th").forEach((cell) => {
    if (!cell.textContent.trim()) cell.innerHTML = '<span class="spoken">删除</span>';
  });
};
// The choosers are set up, and set up again, after the page has loaded.
window.addEventListener("load", () => [0, 200].forEach((wait) => setTimeout(name, wait)));
// A refused form names what is wrong, wherever on the long page it stands.
window.addEventListener("load", () => {
  const note = document.querySelector(".errornote");
  const faults = [...document.querySelectorAll('[aria-invalid="true"]')].filter((field) => field.id && field.type !== "hidden");
  if (!note || !faults.length) return;
  note.append("　");
  faults.forEach((field, place) => {
    const label = field.getAttribute("aria-label") ?? document.querySelector(`label[for="${field.id}"]`)?.textContent ?? "";
    const link = document.createElement("a");
    link.href = `#${field.id}`;
    link.className = "in-text";
    link.textContent = label.trim().replace(/[*：:]+$/, "") || `第${place + 1}处`;
    link.addEventListener("click", (event) => { event.preventDefault(); field.scrollIntoView({ block: "center" }); field.focus(); });
    note.append(place ? "、" : "", link);
  });
});
