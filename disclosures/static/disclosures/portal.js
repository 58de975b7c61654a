// Everything works without this file; it only saves steps.
"use strict";

// The static edition has no server that would keep the choice of size and contrast.
(() => {
  const root = document.documentElement;
  if (root.dataset.edition !== "static") return;
  const USUAL = { size: "normal", contrast: "plain" };
  const kept = () => {
    const found = document.cookie.split("; ").find((part) => part.startsWith("display="));
    const [size, contrast] = (found || "").slice("display=".length).split(".");
    return { size: size || USUAL.size, contrast: contrast || USUAL.contrast };
  };
  const show = (chosen) => {
    for (const [kind, value] of Object.entries(chosen)) {
      document.querySelectorAll(`[data-${kind}]`).forEach((link) => {
        const mine = link.dataset[kind];
        root.classList.toggle(`${kind}-${mine}`, mine === value && value !== USUAL[kind]);
        if (mine === value) link.setAttribute("aria-current", "true");
        else link.removeAttribute("aria-current");
      });
    }
  };
  show(kept());
  document.querySelectorAll("[data-size], [data-contrast]").forEach((link) => {
    link.addEventListener("click", (event) => {
      const { size, contrast } = { ...kept(), ...link.dataset };
      document.cookie = `display=${size}.${contrast}; path=/; max-age=31536000; samesite=lax`;
      show({ size, contrast });
      event.preventDefault();
    });
  });
})();

// 朗读: the browser's own voice reads the page from its heading on; nothing is sent anywhere.
(() => {
  const speech = window.speechSynthesis;
  const tools = document.querySelector(".tools nav ul:last-child");
  const main = document.getElementById("main");
  if (!speech || !window.SpeechSynthesisUtterance || !tools || !main) return;
  const SENTENCES = /[^。！？；\n]+[。！？；\n]?/g;
  const button = document.createElement("button");
  button.type = "button";
  let reading = false;
  const say = () => {
    button.textContent = reading ? "停止朗读" : "朗读";
    button.setAttribute("aria-pressed", String(reading));
  };
  const stop = () => {
    reading = false;
    speech.cancel();
    say();
  };
  const start = () => {
    const from = main.querySelector("h1") || main;
    const range = document.createRange();
    range.setStartBefore(from);
    range.setEndAfter(main.lastChild);
    const sentences = range.toString().match(SENTENCES) || [];
    const texts = sentences.map((each) => each.trim()).filter(Boolean);
    if (!texts.length) return;
    reading = true;
    say();
    // Sentence by sentence: long texts break off in some browsers.
    texts.forEach((text, place) => {
      const spoken = new SpeechSynthesisUtterance(text);
      spoken.lang = "zh-CN";
      if (place === texts.length - 1) spoken.onend = stop;
      speech.speak(spoken);
    });
  };
  button.addEventListener("click", () => (reading ? stop() : start()));
  window.addEventListener("pagehide", stop);
  say();
  const entry = document.createElement("li");
  entry.append(button);
  tools.append(entry);
})();

// Two minutes before a page with private matters closes, it says so and can be kept open with one key (WCAG 2.2.1).
(() => {
  const page = document.querySelector("[data-expires-in]");
  if (!page) return;
  const WARNING = 120; // seconds
  const seconds = Number(page.dataset.expiresIn);
  const isWritten = Boolean(page.querySelector("textarea, input:not([type=hidden])"));
  const note = document.createElement("div");
  note.className = "notice expiry";
  note.setAttribute("role", "alert");
  let timer = 0;
  let lastInput = -Infinity;
  const wait = () => {
    note.remove();
    clearTimeout(timer);
    timer = setTimeout(warn, Math.max(seconds - WARNING, 1) * 1000);
  };
  // What somebody writes stays for them to copy; what is only shown is taken away.
  const close = () => {
    clearTimeout(timer);
    const again = document.createElement("a");
    again.href = window.location.href;
    again.textContent = "重新打开";
    note.replaceChildren(isWritten ? "页面已经超时。请先复制您写的内容，再" : "页面已经关闭，请", again, "。");
    if (isWritten) page.prepend(note);
    else page.replaceChildren(note);
  };
  const keep = async () => {
    try {
      const address = window.location.href;
      const answer = await fetch(address, { method: "HEAD", credentials: "same-origin", cache: "no-store" });
      if (answer.ok && !answer.redirected) wait();
      else close();
    } catch {
      note.firstChild.replaceWith("没有连上网站，请检查网络，再按一次“继续使用”。");
      page.prepend(note);
    }
  };
  const warn = () => {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "button secondary";
    button.textContent = "继续使用";
    button.addEventListener("click", keep);
    note.replaceChildren("您已有一段时间没有操作，为保护您的信息，页面将在2分钟后关闭。", button);
    timer = setTimeout(close, WARNING * 1000);
    // Whoever is writing has not gone away, and is not interrupted.
    if (Date.now() - lastInput < WARNING * 1000) {
      keep();
      return;
    }
    page.prepend(note);
    button.focus();
  };
  page.addEventListener("input", () => (lastInput = Date.now()));
  wait();
})();
