// What a picture is taken out as: PNG, SVG, GraphML. Pure but for `download`, which hands a file to the browser.

const escaped = (text) =>
  String(text).replaceAll(/[<>&"']/g, (sign) => `&#${sign.codePointAt(0)};`).replaceAll(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, "");

export function download(blob, name) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(blob);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}

export function picture(cy, _style, ground) {
  return cy.png({ output: "blob-promise", full: true, scale: 2, maxWidth: 8_000, maxHeight: 8_000, bg: ground });
}

// The outlines are those of the legend: 24 units wide, moved to where the thing stands.
export function svg(cy, colours, shapes) {
  const box = cy.elements(":visible").boundingBox({ includeLabels: true });
  const parts = [];
  for (const edge of cy.edges(":visible")) {
    const from = edge.source().position();
    const to = edge.target().position();
    const length = Math.hypot(to.x - from.x, to.y - from.y) || 1;
    const [dx, dy] = [(to.x - from.x) / length, (to.y - from.y) / length];
    const tip = { x: to.x - dx * 18, y: to.y - dy * 18 };
    const dash = { reference: ' stroke-dasharray="6 4"', sighting: ' stroke-dasharray="2 3"' }[edge.data("kind")] ?? "";
    parts.push(
      `<line x1="${from.x}" y1="${from.y}" x2="${tip.x}" y2="${tip.y}" stroke="${colours.plain.ink}"${dash}/>`,
      `<path d="M${tip.x} ${tip.y}l${-dx * 8 - dy * 4} ${-dy * 8 + dx * 4}l${dy * 8} ${-dx * 8}Z" fill="${colours.plain.ink}"/>`,
      `<text x="${(from.x + to.x) / 2}" y="${(from.y + to.y) / 2 - 3}" font-size="9" text-anchor="middle" fill="${colours.plain.ink}">${escaped(edge.data("label"))}</text>`,
    );
  }
  for (const node of cy.nodes(":visible")) {
    const { x, y } = node.position();
    const scale = node.width() / 24;
    const colour = colours[node.data("tone")] ?? colours.plain;
    parts.push(
      `<path transform="translate(${x - 12 * scale} ${y - 12 * scale}) scale(${scale})" d="${shapes[node.data("shape")] ?? shapes.ellipse}" fill="${colour.ground}" stroke="${colour.ink}" stroke-width="2"/>`,
      `<text x="${x}" y="${y + node.height() / 2 + 13}" font-size="11" text-anchor="middle" fill="${colours.page.ink}">${escaped(node.data("short"))}</text>`,
    );
  }
  const text = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="${box.x1 - 20} ${box.y1 - 20} ${box.w + 40} ${box.h + 40}" font-family="Inter, system-ui, sans-serif"><rect x="${box.x1 - 20}" y="${box.y1 - 20}" width="100%" height="100%" fill="${colours.page.ground}"/>${parts.join("")}</svg>`;
  return new Blob([text], { type: "image/svg+xml" });
}

export function graphml(nodes, edges) {
  const key = (id, on) => `<key id="${id}" for="${on}" attr.name="${id}" attr.type="string"/>`;
  const data = (name, value) => `<data key="${name}">${escaped(value)}</data>`;
  const text = [
    '<?xml version="1.0" encoding="UTF-8"?>',
    '<graphml xmlns="http://graphml.graphdrawing.org/xmlns">',
    key("label", "node"), key("kind", "node"), key("note", "node"), key("relation", "edge"), key("sort", "edge"),
    '<graph edgedefault="directed">',
    ...nodes.map((one) => `<node id="${escaped(one.id)}">${data("label", one.label)}${data("kind", one.kind)}${data("note", one.note)}</node>`),
    ...edges.map((one) => `<edge id="${escaped(one.id)}" source="${escaped(one.source)}" target="${escaped(one.target)}">${data("relation", one.label)}${data("sort", one.kind)}</edge>`),
    "</graph></graphml>",
  ].join("\n");
  return new Blob([text], { type: "application/graphml+xml" });
}
