"use strict";

const form = document.getElementById("form");
const result = document.getElementById("result");
const trouble = document.getElementById("trouble");
/** A flower between the kinds, to begin with. */
const start = { sepal_length: 5.8, sepal_width: 3, petal_length: 3.8, petal_width: 1.2 };
const longest = 30;
/** Until a model that does not answer is asked again who it is. */
const patienceMs = 2000;
/** The version that the footer tells about. */
let toldVersion;
/** What the model can tell apart. */
let kinds = [];

for (const place of document.querySelectorAll("[data-field]")) addField(place);
form.addEventListener("submit", ask);
addEventListener("resize", () => drawFlower(measures()));
drawFlower(measures());
tellAboutModel();

/** A number to type, and a slider for the same. */
function addField(place) {
  const { field, label, from, to } = place.dataset;
  const leaf = place.closest("fieldset").querySelector("legend").firstChild.textContent.trim();
  const caption = element("label", { htmlFor: field }, label);
  const number = element("input", { type: "number", id: field, name: field, inputMode: "decimal" });
  Object.assign(number, {
    min: "0.1",
    max: String(longest),
    step: "any",
    required: true,
    value: start[field],
  });
  const slider = element("input", { type: "range", min: from, max: to, step: "0.1", value: start[field] });
  slider.setAttribute("aria-label", `${leaf} ${label.toLowerCase()} in centimetres, as a slider`);
  caption.prepend(element("span", { className: "unseen" }, `${leaf} `));
  const box = element("span", { className: "box" }, number, element("span", { className: "unit" }, "cm"));
  place.append(caption, box, slider);
  const paint = () => slider.style.setProperty("--at", String((slider.value - from) / (to - from)));
  number.addEventListener("input", () => {
    slider.value = number.value;
    paint();
    changed();
  });
  slider.addEventListener("input", () => {
    number.value = slider.value;
    paint();
    changed();
  });
  paint();
}

/** What was said was said about another flower. */
function changed() {
  drawFlower(measures());
  clear();
  for (const input of form.elements) if (input.name) input.removeAttribute("aria-invalid");
}

function measures() {
  const named = Object.keys(start).map((field) => [field, Number(form.elements[field].value)]);
  return Object.fromEntries(
    named.map(([field, value]) => [field, Number.isFinite(value) && value > 0 ? value : 0.1]),
  );
}

async function ask(event) {
  event.preventDefault();
  clear();
  const wrong = [...form.elements].filter((input) => input.name && !input.checkValidity());
  for (const input of wrong) input.setAttribute("aria-invalid", "true");
  if (wrong.length > 0) {
    say(`Please enter centimetres between 0.1 and ${longest}.`);
    wrong[0].focus();
    return;
  }
  result.setAttribute("aria-busy", "true");
  try {
    show(await call("api/predict", { method: "POST", body: JSON.stringify(measures()) }));
  } catch (error) {
    say(error.message);
  } finally {
    result.setAttribute("aria-busy", "false");
  }
}

async function call(path, options = {}) {
  const headers = { "content-type": "application/json" };
  let answer;
  try {
    answer = await fetch(path, { headers, ...options });
  } catch {
    throw new Error("The page cannot be reached any more. Is it still running?");
  }
  const body = await answer.json().catch(() => ({}));
  if (answer.ok) return body;
  throw new Error(
    typeof body.detail === "string" ? body.detail : `The model answers with status ${answer.status}.`,
  );
}

function show({ version, prediction, probabilities = {} }) {
  document.getElementById("says").textContent = "The model says";
  document.getElementById("prediction").textContent = prediction;
  document.getElementById("species").textContent = prediction;
  document.body.dataset.kind = prediction;
  const sorted = Object.entries(probabilities).sort(([a], [b]) => a.localeCompare(b));
  showShares(sorted.map(([kind, share]) => ({ kind, share, chosen: kind === prediction })));
  result.classList.add("there");
  if (toldVersion !== version) tellAboutModel();
}

function showShares(shares) {
  const items = shares.map(({ kind, share, chosen }) => {
    const filled = element("span", { className: "filled" });
    if (share !== undefined) filled.style.setProperty("--share", String(share));
    const bar = element("span", { className: "bar" }, filled);
    bar.setAttribute("aria-hidden", "true");
    const number = element("span", { className: "share" }, share === undefined ? "" : percent(share));
    return element(
      "li",
      { className: chosen ? "chosen" : "" },
      element("span", { className: "kind" }, kind),
      bar,
      number,
    );
  });
  document.getElementById("shares").replaceChildren(...items);
}

function clear() {
  trouble.hidden = true;
  result.classList.remove("there");
  delete document.body.dataset.kind;
  document.getElementById("says").textContent = "Not asked yet";
  document.getElementById("prediction").textContent = "";
  document.getElementById("species").textContent = "…";
  showShares(kinds.map((kind) => ({ kind })));
}

function say(text) {
  trouble.textContent = text;
  trouble.hidden = false;
}

/** What is known of the model that answers; the page works without it. */
async function tellAboutModel() {
  const told = await call("api/model").catch(() => undefined);
  toldVersion = told?.version;
  kinds = told?.kinds ?? [];
  if (!result.classList.contains("there")) showShares(kinds.map((kind) => ({ kind })));
  const place = document.getElementById("about");
  if (!told) {
    place.replaceChildren("The model does not answer yet.");
    setTimeout(tellAboutModel, patienceMs);
    return;
  }
  const measured =
    typeof told.accuracy === "number" && typeof told.held_out === "number"
      ? `right for ${percent(told.accuracy)} of ${told.held_out} flowers that it had not seen`
      : "";
  place.replaceChildren(
    element("span", { className: "version", id: "version" }, `Model ${told.version}`),
    measured,
  );
}

function percent(share) {
  return `${Number((share * 100).toFixed(1))} %`;
}

function element(name, properties, ...children) {
  const made = Object.assign(document.createElement(name), properties);
  made.append(...children);
  return made;
}
