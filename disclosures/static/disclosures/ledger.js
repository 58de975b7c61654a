// The import page tells how far it is; the upload form takes a file that is dropped on it.
const place = document.getElementById("progress");
if (place) {
  const said = document.getElementById("progress-said");
  const bar = document.getElementById("progress-bar");
  const words = { queued: "等待检查", checking: "正在检查", waiting: "等待写入", writing: "正在写入" };
  const began = Date.now();
  const look = async () => {
    try {
      const answer = await fetch(place.dataset.url);
      if (!answer.ok) return;
      const job = await answer.json();
      if (!job.running) { location.reload(); return; }
      // How long the writing takes is not told: it is one step.
      const counted = job.state === "checking" && job.total;
      if (counted) bar.value = job.percent; else bar.removeAttribute("value");
      const spent = (Date.now() - began) / 1000;
      const left = counted && job.percent > 5 ? `，还要约${Math.max(1, Math.round(spent * (100 - job.percent) / job.percent))}秒` : "";
      const text = `${words[job.state] ?? ""}${counted ? `，${job.done} / ${job.total} 行（${job.percent}%）${left}` : ""}`;
      if (said.textContent !== text) said.textContent = text;
    } catch { said.textContent = "网络不通，稍后自动重试"; }
  };
  setInterval(look, 1000);
}
const form = document.querySelector("form[data-drop]");
form?.addEventListener("dragover", (event) => { event.preventDefault(); form.classList.add("dropping"); });
form?.addEventListener("dragleave", () => form.classList.remove("dropping"));
form?.addEventListener("drop", (event) => {
  event.preventDefault();
  form.classList.remove("dropping");
  const chooser = form.querySelector('input[type="file"]');
  if (event.dataTransfer.files.length) chooser.files = event.dataTransfer.files;
});
