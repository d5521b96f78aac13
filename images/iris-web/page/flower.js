"use strict";

/** Draws the flower: three sepals and three petals around a heart, in centimetres. It knows nothing of kinds. */
const drawFlower = (() => {
  const svgNamespace = "http://www.w3.org/2000/svg";
  const half = 6.9;
  const margin = 0.25;

  /** The outline of a leaf that points down, so long and so wide. */
  function outline(length, width) {
    const side = width / 1.5;
    const near = `${-side * 0.78} ${length * 0.22} ${-side * 1.2} ${length}`;
    const back = `${side * 1.18} ${length * 0.94} ${side * 0.78} ${length * 0.22}`;
    return `M0 0 C${near} 0 ${length} C${back} 0 0 Z`;
  }

  function veins(length, width) {
    const lines = [-0.62, -0.32, 0, 0.32, 0.62].map((part) => {
      const side = (width / 1.5) * part;
      const end = length * (0.88 - Math.abs(part) * 0.26);
      return `M0 ${length * 0.12} C${side * 0.7} ${length * 0.3} ${side} ${length * 0.55} ${side * 0.86} ${end}`;
    });
    return lines.join(" ");
  }

  function leaf(group, name, { length, width, turn }) {
    const place = document.createElementNS(svgNamespace, "g");
    place.setAttribute("transform", `rotate(${turn})`);
    for (const [part, d] of [
      [name, outline(length, width)],
      [`${name}-veins`, veins(length, width)],
    ]) {
      const path = document.createElementNS(svgNamespace, "path");
      path.setAttribute("class", part);
      path.setAttribute("d", d);
      place.append(path);
    }
    group.append(place);
  }

  function ring(id, name, leaves) {
    const group = document.getElementById(id);
    group.replaceChildren();
    for (const each of leaves) leaf(group, name, each);
  }

  return function draw({ sepal_length, sepal_width, petal_length, petal_width }) {
    const longest = Math.max(sepal_length, petal_length, sepal_width / 2, petal_width / 2);
    const zoom = Math.min(1, (half - margin) / longest);
    const turned = (length, width, turns) =>
      turns.map((turn) => ({ length: length * zoom, width: width * zoom, turn }));
    ring("sepals", "sepal", turned(sepal_length, sepal_width, [0, 120, 240]));
    ring("petals", "petal", turned(petal_length, petal_width, [60, 180, 300]));
    const flower = document.getElementById("flower");
    const centimetre = (flower.getBoundingClientRect().width / (2 * half)) * zoom;
    document.getElementById("ruler").style.width = `${centimetre.toFixed(1)}px`;
  };
})();
