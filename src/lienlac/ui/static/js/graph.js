// A picture of things and how they hang together, beside the table that says the same. No page depends on it to work:
// the table stands in the page already; this file draws, and keeps the table true while the picture grows.
//
// <div data-graph="address of a graph as JSON" data-words='{…}' data-max="2000"> as `graph/graph.html` makes it.
import cytoscape from "../vendor/cytoscape/cytoscape.esm.min.mjs";
import { download, graphml, picture, svg } from "./graph-export.js";
import { spread } from "./graph-layout.js";

const SVG = "http://www.w3.org/2000/svg";
const MANY = 300; // from here on no layout that compares each thing with each
const AT_ONCE = 250; // things put into the picture before the browser answers again
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

const breath = () => new Promise((done) => setTimeout(done, 0));

// A name as it is looked for: without tones and capitals, as the node folds it.
const folded = (text) =>
  text.normalize("NFD").replaceAll(/\p{M}/gu, "").toLowerCase().replaceAll("đ", "d").split(/\s+/).filter(Boolean).join(" ");

const cut = (text, most) => (text.length > most ? `${text.slice(0, most - 1)}…` : text);

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

// `many`: lines are straight, since bent ones cost more than all the rest, and say what they are where they are chosen;
// long names are cut by their letters, since measuring each of them takes seconds.
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
        ...(many ? {} : { "text-wrap": "ellipsis", "text-max-width": 130 }),
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
        label: many ? "" : "data(label)",
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
    { selector: "edge:selected, edge.way", style: { label: "data(label)" } },
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
    this.long = "long" in root.dataset; // the tables show a leaf of what the picture holds
    this.extra = { nodes: [], edges: [] }; // what came into the picture beside what the node's tables tell
    this.ends = {};
    this.stage = root.querySelector("[data-stage]");
    this.nodes = new Map();
    this.edges = new Map();
    this.more = new Map();
    // Cytoscape would add a style element, which this site's policy forbids; it looks for this id first
    if (!document.getElementById("__________cytoscape_stylesheet")) {
      this.root.append(make("span", "", { id: "__________cytoscape_stylesheet", hidden: "" }));
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
  // The first of it.
  async begin(graph) {
    const { fits, lines } = this.take(graph);
    if (this.many) {
      await this.pour(fits, lines);
    } else {
      this.put(fits, lines);
    }
    if (!this.long) {
      this.table(fits, lines);
    }
    this.legend();
    this.filter();
    if (!this.many || this.hidden().size) {
      this.arrange("force");
    }
  }

  // Thousands, in stretches between which the browser answers, and drawn once: not anew for each stretch.
  async pour(nodes, lines) {
    const places = await spread(nodes.map((node) => node.id), lines);
    this.cy.unmount();
    for (let first = 0; first < nodes.length; first += AT_ONCE) {
      this.put(nodes.slice(first, first + AT_ONCE), [], (node) => places.get(node.id));
      await breath();
    }
    for (let first = 0; first < lines.length; first += AT_ONCE) {
      this.put([], lines.slice(first, first + AT_ONCE));
      await breath();
    }
    this.cy.mount(this.stage);
    this.look(places);
  }

  // What came later, round the thing that it was asked for: how many are new.
  add(graph, around) {
    const { fits, lines } = this.take(graph);
    const centre = this.cy.getElementById(around).position();
    this.put(fits, lines, (_node, place) => ring(centre, place, fits.length));
    this.extra.nodes.push(...fits);
    this.extra.edges.push(...lines);
    this.table(fits, lines);
    this.legend();
    this.filter();
    return fits.length;
  }

  // What of a graph is new and has room.
  take(graph) {
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
    this.left = fits.length < fresh.length;
    if (this.left) {
      this.says(fill(this.words.full, { max: this.max }));
    }
    return { fits, lines };
  }

  put(nodes, edges, place = () => ({ x: 0, y: 0 })) {
    this.cy.add([
      ...nodes.map((node, number) => ({
        group: "nodes",
        data: {
          ...node,
          short: cut(node.label, this.many ? 24 : 40),
          centre: node.id === this.root.dataset.centre,
        },
        position: place(node, number),
      })),
      ...edges.map((edge) => ({ group: "edges", data: { ...edge } })),
    ]);
  }

  // All of these places in sight, before anything stands there.
  look(places) {
    const [xs, ys] = ["x", "y"].map((side) => [...places.values()].map((place) => place[side]));
    const [left, right, top, bottom] = [Math.min(...xs), Math.max(...xs), Math.min(...ys), Math.max(...ys)];
    const zoom = Math.min(this.cy.width() / (right - left + 60), this.cy.height() / (bottom - top + 60), 1.3);
    const pan = {
      x: this.cy.width() / 2 - (zoom * (left + right)) / 2,
      y: this.cy.height() / 2 - (zoom * (top + bottom)) / 2,
    };
    this.cy.viewport({ zoom, pan });
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
    const fresh = this.add(graph, from);
    for (const one of [...graph.nodes, ...graph.edges]) {
      this.cy.getElementById(one.id).addClass("way");
    }
    if (fresh) {
      await this.arrange(this.root.querySelector("[data-layout]").value);
    }
    this.cy.animate({ fit: { eles: this.cy.elements(".way"), padding: 60 } }, { duration: this.still ? 0 : 200 });
    this.says(fill(this.words.way, { count: graph.edges.length }));
  }

  // The kinds whose box is not ticked.
  hidden() {
    const boxes = [...this.root.querySelectorAll("[data-kinds] [data-kind]")];
    return new Set(boxes.filter((box) => !box.checked).map((box) => box.dataset.kind));
  }

  // They are in neither the picture nor the table; what has no box stays.
  filter() {
    const without = this.hidden();
    const away = (id) => without.has(this.nodes.get(id)?.kind);
    if (without.size || this.without?.size) {
      this.cy.batch(() => {
        for (const node of this.cy.nodes()) {
          node.toggleClass("away", away(node.id()));
        }
      });
    }
    this.without = without;
    this.count(away);
    if (this.long) {
      return; // the node leaves them out
    }
    for (const row of this.root.querySelectorAll("[data-nodes] [data-node]")) {
      row.hidden = away(row.dataset.node);
    }
    for (const row of this.root.querySelectorAll("[data-edges] [data-edge]")) {
      const edge = this.edges.get(row.dataset.edge);
      row.hidden = Boolean(edge) && (away(edge.source) || away(edge.target));
    }
  }

  count(away) {
    this.root.querySelector("[data-count-nodes]").textContent = [...this.nodes.keys()].filter((id) => !away(id)).length;
    this.root.querySelector("[data-count-edges]").textContent = [...this.edges.values()].filter(
      (edge) => !away(edge.source) && !away(edge.target),
    ).length;
  }

  // Another leaf of the tables, as the node tells it; what came into the picture since stands on each.
  async turn(address) {
    const page = await read(address);
    const tables = page?.querySelector("[data-tables]");
    if (!tables) {
      this.says(this.words.failed);
      return;
    }
    const had = document.activeElement?.closest("[data-turn]")?.textContent;
    this.root.querySelector("[data-tables]").replaceWith(document.importNode(tables, true));
    this.table(this.extra.nodes, this.extra.edges);
    this.filter();
    const links = [...this.root.querySelectorAll("[data-turn]")];
    if (had) {
      (links.find((link) => link.textContent === had) ?? links[0])?.focus();
    }
  }

  // --- how it stands ---
  get still() {
    return matchMedia("(prefers-reduced-motion: reduce)").matches || this.many;
  }

  async arrange(name) {
    const away = this.cy.nodes(".away");
    const shown = this.cy.elements().not(away).not(away.connectedEdges());
    if (this.many && !["circles", "tree", "grid"].includes(name)) {
      const lines = shown.edges().map((edge) => ({ source: edge.data("source"), target: edge.data("target") }));
      const places = await spread(shown.nodes().map((node) => node.id()), lines);
      shown.nodes().positions((node) => places.get(node.id()));
      this.look(places);
      return;
    }
    const plain = { animate: false, fit: true, padding: 30 };
    const layouts = {
      force: {
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
    shown.layout(layouts[name] ?? layouts.force).run();
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
    const lines = this.cy.getElementById(id).select().connectedEdges().select().length;
    this.selected = id;
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
      from: () => this.end("from"),
      to: () => this.end("to"),
      png: async () => download(await picture(this.cy, style(this.root), tones(this.root).page.ground), "graph.png"),
      svg: () => download(svg(this.cy, tones(this.root), SHAPES), "graph.svg"),
      graphml: () => download(graphml([...this.nodes.values()], [...this.edges.values()]), "graph.graphml"),
    };
    this.root.addEventListener("click", (event) => {
      const button = event.target.closest("[data-act]");
      if (button && acts[button.dataset.act]) {
        acts[button.dataset.act]();
      }
      const leaf = event.target.closest("[data-turn]");
      if (leaf && !event.ctrlKey && !event.metaKey && !event.shiftKey) {
        event.preventDefault();
        this.turn(leaf.href);
      }
      const link = event.target.closest("[data-expand]");
      if (link && !event.ctrlKey && !event.metaKey && !event.shiftKey) {
        event.preventDefault();
        this.select(link.dataset.expand);
        this.expand(link.dataset.expand);
      }
    });
    this.root.querySelector("[data-layout]").addEventListener("change", (event) => this.arrange(event.target.value));
    this.root.querySelector("[data-way-form]")?.addEventListener("submit", (event) => this.asked(event));
    this.root.querySelector("[data-kinds]")?.addEventListener("change", async (event) => {
      this.filter();
      await this.arrange(this.root.querySelector("[data-layout]").value);
      if (this.long) {
        await this.turn(`?${new URLSearchParams(new FormData(event.target.form))}`);
      }
    });
  }

  // What is chosen is one end of a way.
  end(name) {
    const node = this.nodes.get(this.selected);
    const field = this.root.querySelector(`[data-way-form] [name=${name}]`);
    if (!node) {
      this.says(this.words.choose);
      return;
    }
    this.ends[name] = node.id;
    field.value = node.label;
    this.says(fill(name === "from" ? this.words.fromhere : this.words.tohere, { name: node.label }));
  }

  // A way between what is typed; what this picture cannot tell goes to the node, which asks back.
  asked(event) {
    const typed = new FormData(event.target);
    const to = this.meant("to", typed);
    const from = typed.has("from")
      ? this.meant("from", typed)
      : this.selected && this.selected !== to ? this.selected : this.root.dataset.centre;
    if (to && from) {
      event.preventDefault();
      this.way(from, to);
    } else if (!typed.has("from") || !typed.get("to").trim() || !typed.get("from").trim()) {
      event.preventDefault();
      this.says(this.words.choose);
    }
  }

  meant(name, typed) {
    const text = typed.get(name).trim();
    if (!typed.has("from") || this.nodes.has(text)) {
      return text;
    }
    const held = this.ends[name];
    if (this.nodes.get(held)?.label === text) {
      return held;
    }
    if ("part" in this.root.dataset || typed.get(`${name}-id`)) {
      return "";
    }
    const alike = [...this.nodes.values()].filter((node) => node.kind !== "elsewhere" && folded(node.label) === folded(text));
    return alike.length === 1 ? alike[0].id : "";
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

// A page of this node, without running anything of it; nothing where it does not come.
function read(address) {
  return new Promise((done) => {
    const call = new XMLHttpRequest();
    call.responseType = "document";
    call.addEventListener("loadend", () => done(call.status === 200 ? call.response : null));
    call.open("GET", address);
    call.send();
  });
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
  picture_.load(root.dataset.graph).then(async (graph) => {
    if (!graph) {
      picture_.says(picture_.words.failed);
      return;
    }
    await picture_.begin(graph);
    root.dataset.ready = "yes";
  });
}
