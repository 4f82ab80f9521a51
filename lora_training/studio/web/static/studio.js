// What pages do better with JavaScript. Without it they refresh themselves, and forms are sent as they are.

const POLL_MS = 1500;
const PATIENT_POLL_MS = 6000;

/** Keep words, bar and curve of a page up to date; load it anew when more than these has changed. */
async function followProgress(main) {
  let pause = POLL_MS;
  for (;;) {
    await new Promise((done) => setTimeout(done, pause));
    try {
      const answer = await fetch(main.dataset.progress, { headers: { Accept: "application/json" } });
      if (answer.status === 401) return location.reload();
      if (!answer.ok) throw new Error(answer.statusText);
      const state = await answer.json();
      if (state.mark !== main.dataset.mark) return location.reload();
      show(main, state);
      pause = POLL_MS;
    } catch {
      pause = PATIENT_POLL_MS; // the studio is being restarted; the work itself goes on
    }
  }
}

function show(main, state) {
  for (const words of main.querySelectorAll("[data-words]")) {
    if (words.textContent.trim() !== state.words) words.textContent = state.words;
  }
  const bar = main.querySelector("progress[data-bar]");
  if (state.percent !== null && bar) bar.value = state.percent;
  else if (state.percent) return location.reload();
  const losses = main.querySelector("[data-losses]");
  if (!state.curve) return;
  if (!losses) return location.reload();
  losses.setAttribute("points", state.curve.losses);
  main.querySelector("[data-measured]").setAttribute("points", state.curve.measured);
}

/** Send the pictures of a form one after the other, so that people see how many have arrived. */
function sendOneByOne(form) {
  const input = form.querySelector("input[type=file]");
  const words = form.querySelector("[data-upload-words]");
  const button = form.querySelector("button");

  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const files = [...input.files];
    button.disabled = true;
    for (const [done, file] of files.entries()) {
      words.textContent = form.dataset.busy.replace("{done}", done + 1).replace("{total}", files.length);
      const body = new FormData();
      body.append("csrf", form.elements.csrf.value);
      body.append("batch", form.elements.batch.value);
      body.append("pictures", file);
      try {
        const answer = await fetch(form.action, { method: "POST", body, headers: { Accept: "application/json" } });
        if (!answer.ok) throw new Error(await answer.json().then((problem) => problem.detail, () => form.dataset.lost));
      } catch (error) {
        words.textContent = error instanceof TypeError ? form.dataset.lost : error.message;
        words.classList.add("wrong");
        button.disabled = false;
        return;
      }
    }
    location.reload();
  });

  for (const name of ["dragover", "dragleave", "drop"]) {
    form.addEventListener(name, (event) => {
      event.preventDefault();
      form.classList.toggle("over", name === "dragover");
      if (name !== "drop") return;
      input.files = event.dataTransfer.files;
      if (input.files.length) form.requestSubmit();
    });
  }
}

/** A second click on a button is not a second wish. A page that the browser kept may send its forms again. */
function sendOnce() {
  const sent = new Set();
  document.addEventListener("submit", (event) => {
    if (event.defaultPrevented) return;
    if (sent.has(event.target)) event.preventDefault();
    sent.add(event.target);
  });
  window.addEventListener("pageshow", () => sent.clear());
}

const main = document.querySelector("main[data-progress]");
if (main) followProgress(main);
const form = document.querySelector("form[data-upload]");
if (form) sendOneByOne(form);
sendOnce();
