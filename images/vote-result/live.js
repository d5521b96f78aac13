/** Keeps the page's numbers as the server tells them. */
const choices = ["coffee", "tea"];
const byId = (id) => document.getElementById(id);
const count = new Intl.NumberFormat("en");

function show(tally) {
  for (const choice of choices) {
    const share = tally.total === 0 ? 0.5 : tally[choice] / tally.total;
    byId(`${choice}-count`).textContent = count.format(tally[choice]);
    byId(`${choice}-noun`).textContent = tally[choice] === 1 ? "vote" : "votes";
    byId(`${choice}-percent`).textContent = tally.total === 0 ? "–" : `${Math.round(share * 100)} %`;
    byId(`${choice}-bar`).style.flexGrow = String(share * 100);
  }
  byId("total").textContent = count.format(tally.total);
  byId("voters").textContent = tally.total === 1 ? "person has voted" : "people have voted";
}

function state(name) {
  document.body.dataset.state = name;
  byId("state").textContent = name === "live" ? "Live" : "Waiting for the database";
}

const events = new EventSource("/events");
events.addEventListener("tally", ({ data }) => {
  show(JSON.parse(data));
  state("live");
});
events.addEventListener("waiting", () => state("waiting"));
// The browser connects again by itself.
events.addEventListener("error", () => state("waiting"));
