// The batch page tells how far it is, and comes anew when it is done.
const place = document.getElementById("progress");
if (place) {
  const said = document.getElementById("progress-said");
  const bar = document.getElementById("progress-bar");
  const began = Date.now();
  let first = null;
  const look = async () => {
    try {
      const answer = await fetch(place.dataset.url);
      if (!answer.ok) return;
      const batch = await answer.json();
      if (!batch.running) { location.reload(); return; }
      bar.value = batch.percent;
      first ??= batch.percent;
      const gone = batch.percent - first;
      const left = gone > 3 ? `，还要约${Math.max(1, Math.round((Date.now() - began) / 1000 * (100 - batch.percent) / gone))}秒` : "";
      if (said.textContent !== batch.said + left) said.textContent = batch.said + left;
    } catch { said.textContent = "网络不通，稍后自动重试"; }
  };
  setInterval(look, 1000);
}
