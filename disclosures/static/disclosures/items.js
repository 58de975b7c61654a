// The page of an item: keeps what is typed, names likely twins, takes files that are dropped on it.
// The editor's own words; it brings no Chinese.
const WORDS = {
  "Heading 2": "一级小标题", "Heading 3": "二级小标题", "Heading 4": "三级小标题", Paragraph: "正文", paragraph: "段落样式",
  "unordered list": "项目符号", "ordered list": "编号列表", "List properties": "编号样式", blockquote: "引用", "horizontal rule": "分隔线",
  bold: "加粗", italic: "斜体", underline: "下划线", subscript: "下标", superscript: "上标",
  "Block style": "对齐", "Reset all classes": "恢复默认", "paragraph: default": "默认（靠左）", "paragraph: 居中": "居中", "paragraph: 落款（靠右）": "落款（靠右）",
  "insert link": "加链接", "remove link": "去掉链接", "Insert table": "插入表格", "Insert Table": "插入表格", "Add column": "加一列", "Delete column": "删一列",
  "Add row": "加一行", "Delete row": "删一行", "Merge cells": "合并单元格", "Split cell": "拆分单元格", "Toggle header cell": "表头单元格", "Delete table": "删除表格",
  undo: "撤消", redo: "重做", URL: "网址", Title: "说明", "Edit Link": "编辑链接", Update: "确定", Insert: "插入", Cancel: "取消",
  Rows: "行数", Columns: "列数", "Include header row": "第一行是表头", "Table Properties": "表格", "Start at": "起始编号", "List type": "编号样式",
  "Decimal numbers": "1、2、3", "Lowercase letters": "a、b、c", "Uppercase letters": "A、B、C", "Lowercase Roman numerals": "i、ii、iii", "Uppercase Roman numerals": "I、II、III",
};
const inChinese = (root) => {
  root.querySelectorAll("[title], [aria-label]").forEach((part) => {
    ["title", "aria-label"].forEach((name) => { const word = WORDS[part.getAttribute(name)]; if (word) part.setAttribute(name, word); });
  });
  const texts = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
  while (texts.nextNode()) {
    const text = texts.currentNode;
    if (!text.parentElement.classList.contains("material-icons") && WORDS[text.data.trim()]) text.data = WORDS[text.data.trim()];
  }
};
window.addEventListener("load", () => {
  document.querySelectorAll(".tiptap").forEach((editor) => {
    const label = document.querySelector(`label[for="${editor.closest(".prose-editor").querySelector("textarea")?.id}"]`);
    editor.setAttribute("aria-label", label ? label.textContent.trim() : "正文");
  });
  document.querySelectorAll(".prose-menubar").forEach((bar) => {
    inChinese(bar);
    // The shown choice of a menu and its dialogs come later; writing Chinese into them ends at the second look.
    new MutationObserver(() => inChinese(bar)).observe(bar, { childList: true, subtree: true, attributes: true, attributeFilter: ["title"] });
  });
  new MutationObserver((changes) => changes.forEach((change) => change.addedNodes.forEach((node) => {
    if (node.nodeName === "DIALOG") inChinese(node);
  }))).observe(document.body, { childList: true, subtree: true });
});
window.addEventListener("load", () => {
  const place = document.getElementById("autosave");
  const form = document.getElementById("item_form");
  if (!form) return;

  // Files dropped on the attachment chooser.
  form.addEventListener("dragover", (event) => {
    const row = event.target.closest(".inline-related, .form-row, tr");
    if (row?.querySelector('input[type="file"]')) { event.preventDefault(); row.classList.add("dropping"); }
  });
  form.addEventListener("dragleave", (event) => event.target.closest(".dropping")?.classList.remove("dropping"));
  form.addEventListener("drop", (event) => {
    const row = event.target.closest(".inline-related, .form-row, tr");
    const chooser = row?.querySelector('input[type="file"]');
    if (!chooser || !event.dataTransfer.files.length) return;
    event.preventDefault();
    row.classList.remove("dropping");
    chooser.files = event.dataTransfer.files;
    chooser.dispatchEvent(new Event("change", { bubbles: true }));
  });

  if (!place) return;
  const token = form.querySelector('[name="csrfmiddlewaretoken"]').value;
  const names = ["title", "document_number", "office", "subject", "keywords", "summary", "body"];
  const said = document.getElementById("autosave-said");
  const typed = () => JSON.stringify(names.map((name) => form.elements[name]?.value ?? ""));
  let kept = typed();
  let sending = false;

  const keep = async () => {
    const now = typed();
    if (now === kept || sending) return;
    if (document.getElementById("autosaved")) { said.textContent = "请先选择“恢复”或者“不要了”，之后才会自动保存"; return; }
    sending = true;
    const body = new URLSearchParams({ item: place.dataset.item });
    names.forEach((name) => { if (form.elements[name]) body.set(name, form.elements[name].value); });
    try {
      const answer = await fetch(place.dataset.url, { method: "POST", body, headers: { "X-CSRFToken": token } });
      if (answer.ok) { kept = now; said.textContent = `${(await answer.json()).at} 已自动保存草稿，正式保存请按页面下方的“保存”`; }
      else said.textContent = "自动保存没有成功，请尽快按“保存”";
    } catch { said.textContent = "网络不通，自动保存没有成功，请尽快按“保存”"; }
    sending = false;
  };
  setInterval(keep, 15000);
  form.addEventListener("change", keep);

  const waiting = document.getElementById("autosaved");
  const drop = async () => {
    waiting.remove();
    await fetch(place.dataset.url, { method: "POST", body: new URLSearchParams({ item: place.dataset.item, discard: "yes" }), headers: { "X-CSRFToken": token } });
  };
  document.getElementById("restore")?.addEventListener("click", () => {
    const fields = JSON.parse(document.getElementById("autosaved-fields").textContent);
    Object.entries(fields).forEach(([name, value]) => {
      const field = form.elements[name];
      if (!field) return;
      field.value = value;
      // The editor shows a document of its own.
      field.closest(".prose-editor")?.querySelector(".tiptap")?.editor?.commands.setContent(value);
      field.dispatchEvent(new Event("input", { bubbles: true }));
    });
    waiting.remove();
    said.textContent = "已恢复，请核对后保存";
  });
  document.getElementById("discard")?.addEventListener("click", drop);

  // Likely twins of the title that is typed.
  const twins = document.getElementById("alike-said");
  const look = async () => {
    const title = form.elements.title.value.trim();
    twins.replaceChildren();
    if (title.length < 6 || place.dataset.item !== "0") return;
    const query = new URLSearchParams({ title, number: form.elements.document_number?.value ?? "" });
    const answer = await fetch(`${place.dataset.alike}?${query}`);
    if (!answer.ok) return;
    const found = (await answer.json()).alike;
    if (!found.length) return;
    const note = document.createElement("p");
    note.className = "notice";
    note.append("可能已经录入过：");
    found.forEach((item) => {
      const link = document.createElement("a");
      link.href = item.url; link.className = "in-text"; link.target = "_blank"; link.textContent = item.title;
      note.append(link, `（${item.state}） `);
    });
    twins.append(note);
  };
  form.elements.title?.addEventListener("change", look);
});
