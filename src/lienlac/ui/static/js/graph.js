// A picture of things and how they hang together, beside the table that says the same. No page depends on it to work:
// the table stands in the page already; this file draws, and keeps the table true while the picture grows.
//
// <div data-graph="address of a graph as JSON" data-words='{…}' data-max="2000"> as `graph/graph.html` makes it.
import cytoscape from "../vendor/cytoscape/cytoscape.esm.min.mjs";
import { download, graphml, picture, svg } from "./graph-export.js";

const SVG = "http://www.w3.org/2000/svg";
const MANY = 300; // from here on no layout that compares each thing with each
const SHAPES = {
  ellipse: "M12 3a9 9 0 1 0 .01 0Z",
  rectangle: "M3 5h18v14H3Z",
  "round-rectangle": "M6 5h12a3 3 0 0 1 3 3v8a3 3 0 0 1-3 3H6a3 3 0 0 1-3-3V8a3 3 0 0 1 3-3Z",
  diamond: "M12 2l10 10-10 10L2 12Z",
  hexagon: "M7 3.5h10L22 12l-5 8.5H7L2 12Z",
  triangle: "M12 3l10 18H2Z",
  pentagon: "M12 2l10 8-4 12H6L2 10Z",
  octagon: "M8 2h8l6 6v8l-6 6H8l-6-6V8Z",
  rhomboid: "M2 5h14l6 14H8Z",
  star: "M12 2l3 7 7 .5-5.5 4.700 2 7.300L12 17.5 5.5 21.5l2-7.300L2 9.5 9 9Z",
};

const make = (name, text = "", attributes = {}) => {
  const element = document.createElement(name);
  element.textContent = text;
  for (const [key, value] of Object.entries(attributes)) {
    element.setAttribute(key, value);
  }
  return element;
};

const fill = (text, places) => text.replaceAll(/\{(\w+)\}/g, (_, name) => places[name] ?? "");

// The colours of the page's theme, as the browser has computed them for a piece of each tone.
function tones(root) {
  const found = {};
  for (const probe of root.querySelectorAll("[data-tone]")) {
    const { color, backgroundColor } = getComputedStyle(probe);
    found[probe.dataset.tone] = { ink: color, ground: backgroundColor };
  }
  return found;
}

// `many`: lines are straight, since bent ones cost more than all the rest.
function style(root, many) {
  const colours = tones(root);
  const font = getComputedStyle(root).fontFamily;
  const { ink, ground } = colours.page;
  return [
    {
      selector: "node",
      style: {
        label: "data(short)",
        "font-family": font,
        "font-size": 11,
        "text-valign": "bottom",
        "text-margin-y": 4,
        "text-wrap": "ellipsis",
        "text-max-width": 130,
        "text-background-color": ground,
        "text-background-opacity": 0.85,
        "text-background-padding": 2,
        "min-zoomed-font-size": 7,
        color: ink,
        width: 26,
        height: 26,
        "border-width": 2,
        shape: "data(shape)",
      },
    },
    ...Object.entries(colours)
      .filter(([tone]) => tone !== "page")
      .map(([tone, colour]) => ({
        selector: `node[tone = "${tone}"]`,
        style: { "background-color": colour.ground, "border-color": colour.ink },
      })),
    { selector: "node[?centre]", style: { width: 36, height: 36, "border-width": 4, "font-weight": "bold" } },
    { selector: "node[!path]", style: { "border-style": "dashed" } },
    {
      selector: "edge",
      style: {
        width: 1.5,
        "line-color": colours.plain.ink,
        "target-arrow-color": colours.plain.ink,
        "target-arrow-shape": "triangle",
        "curve-style": many ? "straight" : "bezier",
        label: "data(label)",
        "font-family": font,
        "font-size": 9,
        "min-zoomed-font-size": 8,
        "text-rotation": "autorotate",
        "text-background-color": ground,
        "text-background-opacity": 0.85,
        color: colours.plain.ink,
      },
    },
    { selector: 'edge[kind = "reference"]', style: { "line-style": "dashed", "target-arrow-shape": "vee" } },
    { selector: 'edge[kind = "sighting"]', style: { "line-style": "dotted" } },
    {
      selector: "node:selected",
      style: { "overlay-color": colours.focus.ink, "overlay-opacity": 0.25, "border-color": colours.focus.ink },
    },
    {
      selector: ".way",
      style: { "line-color": colours.focus.ink, "target-arrow-color": colours.focus.ink, width: 4, "z-index": 9 },
    },
    { selector: ".away", style: { display: "none" } },
    { selector: "node.way", style: { width: 32, height: 32, "border-color": colours.focus.ink } },
  ];
}

class Picture {
  constructor(root) {
    this.root = root;
    this.words = JSON.parse(root.dataset.words);
    this.max = Number(root.dataset.max);
    this.stage = root.querySelector("[data-stage]");
    this.nodes = new Map();
    this.edges = new Map();
    this.more = new Map();
    // Cytoscape would add a style element, which this site's policy forbids; it looks for this id first
    if (!document.getElementById("__________cytoscape_stylesheet")) {
      this.stage.append(make("span", "", { id: "__________cytoscape_stylesheet", hidden: "" }));
    }
    this.cy = cytoscape({
      container: this.stage,
      style: style(root),
      layout: { name: "preset" },
      minZoom: 0.05,
      maxZoom: 4,
      hideEdgesOnViewport: true,
      textureOnViewport: true,
      pixelRatio: 1,
      boxSelectionEnabled: false,
    });
    this.cy.on("tap", "node", (event) => this.select(event.target.id()));
    this.cy.on("dbltap", "node", (event) => this.expand(event.target.id()));
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => this.restyle());
    this.buttons();
    this.keys();
  }

  get many() {
    return this.nodes.size > MANY;
  }

  restyle() {
    this.cy.style(style(this.root, this.many));
  }

  says(text) {
    this.root.querySelector("[data-says]").textContent = text;
  }

  // --- what is there ---
  add(graph, around = null) {
    const fresh = graph.nodes.filter((node) => !this.nodes.has(node.id));
    const fits = fresh.slice(0, Math.max(0, this.max - this.nodes.size));
    const before = this.many;
    for (const node of fits) {
      this.nodes.set(node.id, node);
    }
    if (this.many !== before) {
      this.restyle();
    }
    const lines = graph.edges.filter(
      (edge) => !this.edges.has(edge.id) && this.nodes.has(edge.source) && this.nodes.has(edge.target),
    );
    for (const edge of lines) {
      this.edges.set(edge.id, edge);
    }
    for (const more of graph.more) {
      this.more.set(`${more.node} ${more.label}`, more);
    }
    const centre = around && this.cy.getElementById(around).position();
    this.cy.add([
      ...fits.map((node, place) => ({
        group: "nodes",
        data: {
          ...node,
          short: node.label.length > 40 ? `${node.label.slice(0, 39)}…` : node.label,
          centre: node.id === this.root.dataset.centre,
        },
        position: centre ? ring(centre, place, fits.length) : { x: 0, y: 0 },
      })),
      ...lines.map((edge) => ({ group: "edges", data: { ...edge } })),
    ]);
    this.table(fits, lines);
    this.legend();
    this.filter();
    this.left = fits.length < fresh.length;
    if (this.left) {
      this.says(fill(this.words.full, { max: this.max }));
    }
    return fits.length;
  }

  // A graph as the node tells it; nothing where it does not.
  async load(address) {
    try {
      const answer = await fetch(address, { headers: { Accept: "application/json" }, credentials: "same-origin" });
      return answer.ok ? await answer.json() : null;
    } catch {
      return null; // the line is broken: said where it was asked
    }
  }

  async expand(id) {
    const node = this.nodes.get(id);
    if (!node?.expands) {
      this.says(node?.path ? fill(this.words.own, { name: node.label }) : this.words.nowhere);
      return;
    }
    this.says(fill(this.words.asking, { name: node.label }));
    const graph = await this.load(node.expands);
    if (!graph) {
      this.says(this.words.failed);
      return;
    }
    const count = this.add(graph, id);
    const cut = graph.more.map((one) => fill(this.words.more, { relation: one.label, shown: one.shown }));
    const left = this.left ? [fill(this.words.full, { max: this.max })] : [];
    const said = fill(count ? this.words.added : this.words.nothing, { name: node.label, count });
    this.says([said, ...cut, ...left].join(" "));
    this.cy.animate({ center: { eles: this.cy.getElementById(id) } }, { duration: this.still ? 0 : 200 });
  }

  async way(from, to) {
    const address = this.root.dataset.way.replace("{from}", encodeURIComponent(from));
    const graph = await this.load(`${address}?${new URLSearchParams({ to })}`);
    this.cy.elements().removeClass("way");
    if (!graph?.edges.length) {
      this.says(this.words.noway);
      return;
    }
    this.add(graph, from);
    for (const one of [...graph.nodes, ...graph.edges]) {
      this.cy.getElementById(one.id).addClass("way");
    }
    this.arrange(this.root.querySelector("[data-layout]").value);
    this.says(fill(this.words.way, { count: graph.edges.length }));
  }

  // Kinds whose box is not ticked are in neither the picture nor the table; what has no box stays.
  filter() {
    const boxes = [...this.root.querySelectorAll("[data-kinds] [data-kind]")];
    if (!boxes.length) {
      return;
    }
    const without = new Set(boxes.filter((box) => !box.checked).map((box) => box.dataset.kind));
    const away = (id) => without.has(this.nodes.get(id)?.kind);
    this.cy.batch(() => {
      for (const node of this.cy.nodes()) {
        node.toggleClass("away", away(node.id()));
      }
    });
    for (const row of this.root.querySelectorAll("[data-nodes] [data-node]")) {
      row.hidden = away(row.dataset.node);
    }
    for (const row of this.root.querySelectorAll("[data-edges] [data-edge]")) {
      const edge = this.edges.get(row.dataset.edge);
      row.hidden = Boolean(edge) && (away(edge.source) || away(edge.target));
    }
    this.root.querySelector("[data-count-nodes]").textContent = this.cy.nodes().not(".away").length;
    this.root.querySelector("[data-count-edges]").textContent = [...this.edges.values()].filter(
      (edge) => !away(edge.source) && !away(edge.target),
    ).length;
  }

  // --- how it stands ---
  get still() {
    return matchMedia("(prefers-reduced-motion: reduce)").matches || this.many;
  }

  arrange(name) {
    const plain = { animate: false, fit: true, padding: 30 };
    const layouts = {
      force: this.many
        ? { ...plain, name: "concentric", concentric: (node) => node.degree(), levelWidth: () => 4, minNodeSpacing: 8 }
        : {
            ...plain, name: "cose", randomize: true, nodeRepulsion: () => 60_000, idealEdgeLength: () => 90,
            numIter: 600, nodeOverlap: 20, componentSpacing: 60,
          },
      circles: { ...plain, name: "concentric", concentric: (node) => (node.data("centre") ? 99 : node.degree()), minNodeSpacing: 40 },
      tree: {
        ...plain, name: "breadthfirst", directed: false, spacingFactor: 1.1,
        roots: this.root.dataset.centre ? [this.root.dataset.centre] : undefined,
      },
      grid: { ...plain, name: "grid", avoidOverlapPadding: 40 },
    };
    const away = this.cy.nodes(".away");
    this.cy.elements().not(away).not(away.connectedEdges()).layout(layouts[name] ?? layouts.force).run();
    if (this.cy.zoom() > 1.3) {
      this.cy.zoom(1.3);
      this.cy.center();
    }
  }

  select(id) {
    const node = this.nodes.get(id);
    if (!node) {
      return;
    }
    this.cy.elements().unselect();
    this.cy.getElementById(id).select();
    this.selected = id;
    const lines = this.cy.getElementById(id).connectedEdges().length;
    this.says(fill(this.words.chosen, { name: node.label, kind: node.says, note: node.note, count: lines }));
    for (const row of this.root.querySelectorAll("[data-node]")) {
      row.toggleAttribute("data-chosen", row.dataset.node === id);
    }
  }

  keys() {
    this.stage.addEventListener("keydown", (event) => {
      if (event.ctrlKey || event.altKey || event.metaKey) {
        return;
      }
      const act = {
        ArrowRight: () => this.step(1),
        ArrowDown: () => this.step(1),
        ArrowLeft: () => this.step(-1),
        ArrowUp: () => this.step(-1),
        Enter: () => this.expand(this.selected),
        "+": () => this.zoom(1.25),
        "-": () => this.zoom(0.8),
        0: () => this.cy.fit(undefined, 30),
      }[event.key];
      if (act) {
        event.preventDefault();
        act();
      }
    });
    this.stage.addEventListener("focus", () => this.selected || this.select(this.root.dataset.centre || this.shown()[0]));
  }

  shown() {
    return [...this.nodes.keys()].filter((id) => !this.cy.getElementById(id).hasClass("away"));
  }

  step(by) {
    const ids = this.shown();
    if (!ids.length) {
      return;
    }
    const place = ids.indexOf(this.selected);
    const next = ids[(place + by + ids.length) % ids.length];
    this.select(next);
    const element = this.cy.getElementById(next);
    const { x, y } = element.renderedPosition();
    if (x < 20 || y < 20 || x > this.cy.width() - 20 || y > this.cy.height() - 20) {
      this.cy.center(element);
    }
  }

  zoom(by) {
    this.cy.zoom({ level: this.cy.zoom() * by, renderedPosition: { x: this.cy.width() / 2, y: this.cy.height() / 2 } });
  }

  buttons() {
    const acts = {
      in: () => this.zoom(1.25),
      out: () => this.zoom(0.8),
      fit: () => this.cy.fit(undefined, 30),
      expand: () => (this.selected ? this.expand(this.selected) : this.says(this.words.choose)),
      png: async () => download(await picture(this.cy, style(this.root), tones(this.root).page.ground), "graph.png"),
      svg: () => download(svg(this.cy, tones(this.root), SHAPES), "graph.svg"),
      graphml: () => download(graphml([...this.nodes.values()], [...this.edges.values()]), "graph.graphml"),
    };
    this.root.addEventListener("click", (event) => {
      const button = event.target.closest("[data-act]");
      if (button && acts[button.dataset.act]) {
        acts[button.dataset.act]();
      }
      const link = event.target.closest("[data-expand]");
      if (link && !event.ctrlKey && !event.metaKey && !event.shiftKey) {
        event.preventDefault();
        this.select(link.dataset.expand);
        this.expand(link.dataset.expand);
      }
    });
    this.root.querySelector("[data-layout]").addEventListener("change", (event) => this.arrange(event.target.value));
    this.root.querySelector("[data-way-form]")?.addEventListener("submit", (event) => {
      event.preventDefault();
      const typed = new FormData(event.target);
      const to = typed.get("to").trim();
      const from = typed.get("from") || (this.selected && this.selected !== to ? this.selected : this.root.dataset.centre);
      if (to && from) {
        this.way(from, to);
      } else {
        this.says(this.words.choose);
      }
    });
    this.root.querySelector("[data-kinds]")?.addEventListener("change", () => {
      this.filter();
      this.arrange(this.root.querySelector("[data-layout]").value);
    });
  }

  // --- the same in words ---
  table(nodes, edges) {
    const names = this.root.querySelector("[data-nodes]");
    const options = this.root.querySelector("datalist");
    const standing = new Set([...names.querySelectorAll("[data-node]")].map((row) => row.dataset.node));
    for (const node of nodes.filter((one) => !standing.has(one.id))) {
      const row = make("tr", "", { "data-node": node.id });
      const head = make("th", "", { scope: "row", class: "what" });
      head.append(node.path ? make("a", node.label, { href: node.path }) : make("span", node.label));
      const act = make("td", "", { class: "acts" });
      if (node.expands) {
        act.append(make("a", this.words.neighbours, {
          class: "btn small", href: node.expands.replace(/\/neighbours$/, ""), "data-expand": node.id,
          "aria-label": fill(this.words.neighboursof, { name: node.label }),
        }));
      }
      row.append(head, make("td", node.says), make("td", node.note), act);
      names.append(row);
    }
    for (const node of nodes) {
      if (options && node.path) {
        options.append(make("option", node.label, { value: node.id }));
      }
    }
    const lines = this.root.querySelector("[data-edges]");
    const there = new Set([...lines.querySelectorAll("[data-edge]")].map((row) => row.dataset.edge));
    for (const edge of edges.filter((one) => !there.has(one.id))) {
      const row = make("tr", "", { "data-edge": edge.id });
      const said = make("td");
      said.append(edge.path ? make("a", edge.label, { href: edge.path }) : edge.label);
      if (edge.note) {
        said.append(" ", make("small", edge.note, { class: "muted" }));
      }
      row.append(
        make("th", this.nodes.get(edge.source).label, { scope: "row" }),
        said,
        make("td", this.nodes.get(edge.target).label),
      );
      lines.append(row);
    }
    this.root.querySelector("[data-count-nodes]").textContent = this.nodes.size;
    this.root.querySelector("[data-count-edges]").textContent = this.edges.size;
    const more = this.root.querySelector("[data-more]");
    more.replaceChildren(
      ...[...this.more.values()].map((one) =>
        make("li", `${this.nodes.get(one.node)?.label ?? ""}: ${fill(this.words.more, { relation: one.label, shown: one.shown })}`),
      ),
    );
  }

  legend() {
    const kinds = new Map([...this.nodes.values()].map((node) => [node.says, node]));
    this.root.querySelector("[data-legend]").replaceChildren(
      ...[...kinds.values()]
        .sort((one, other) => one.says.localeCompare(other.says))
        .map((node) => {
          const item = make("li");
          const drawing = document.createElementNS(SVG, "svg");
          drawing.setAttribute("viewBox", "0 0 24 24");
          drawing.setAttribute("aria-hidden", "true");
          drawing.setAttribute("class", `graph-mark tone-${node.tone}`);
          const shape = document.createElementNS(SVG, "path");
          shape.setAttribute("d", SHAPES[node.shape] ?? SHAPES.ellipse);
          drawing.append(shape);
          item.append(drawing, make("span", node.says));
          return item;
        }),
    );
  }
}

function ring(centre, place, count) {
  const radius = 120 + Math.max(0, count - 12) * 6;
  const turn = (2 * Math.PI * place) / Math.max(count, 1);
  return { x: centre.x + radius * Math.cos(turn), y: centre.y + radius * Math.sin(turn) };
}

for (const root of document.querySelectorAll("[data-graph]")) {
  const picture_ = new Picture(root);
  root.picture = picture_;
  root.classList.add("drawn");
  picture_.load(root.dataset.graph).then((graph) => {
    if (!graph) {
      picture_.says(picture_.words.failed);
      return;
    }
    picture_.add(graph);
    picture_.arrange("force");
    root.dataset.ready = "yes";
  });
}
