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
