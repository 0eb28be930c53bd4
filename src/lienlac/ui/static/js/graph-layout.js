// Where many things stand, so that what hangs together stands together: first as the branches of a tree round the best
// connected thing, then lines pull like springs and what is near pushes away. Only what stands in the same piece of the
// plane or beside it is compared, so that thousands take a moment. Chance has no part in it: one graph is one picture.

const LENGTH = 70; // of a line at rest
const ROUNDS = 45;
const SLICE_MS = 40; // the browser answers between two slices

const breath = () => new Promise((done) => setTimeout(done, 0));

// The place of each id: a Map to { x, y }. `edges` have a source and a target among the ids.
export async function spread(ids, edges) {
  const at = new Map(ids.map((id, place) => [id, place]));
  const lines = edges.map((edge) => [at.get(edge.source), at.get(edge.target)]).filter(([one, other]) => one !== other);
  const beside = ids.map(() => []);
  for (const [one, other] of lines) {
    beside[one].push(other);
    beside[other].push(one);
  }
  const plane = branches(beside);
  let began = performance.now();
  for (let round = 0; round < ROUNDS; round += 1) {
    settle(plane, lines, beside, LENGTH * 0.6 * (1 - round / ROUNDS) + 1);
    if (performance.now() - began > SLICE_MS) {
      await breath();
      began = performance.now();
    }
  }
  return new Map(ids.map((id, place) => [id, { x: plane.x[place], y: plane.y[place] }]));
}

// Each component as a tree whose branches share the circle by what hangs on them; one component beside the other.
function branches(beside) {
  const count = beside.length;
  const plane = { x: new Float64Array(count), y: new Float64Array(count) };
  const order = [...beside.keys()].sort((one, other) => beside[other].length - beside[one].length);
  const seen = new Uint8Array(count);
  let alone = 0;
  let edge = 0;
  for (const root of order) {
    if (seen[root]) {
      continue;
    }
    const { row, below, depth } = tree(root, beside, seen);
    if (row.length === 1) {
      alone += 1; // on the rim, in the order in which they come
      plane.x[root] = edge + LENGTH * 2 * (1 + Math.floor(alone / 25));
      plane.y[root] = (alone % 25) * LENGTH - 12 * LENGTH;
      continue;
    }
    const reach = LENGTH * 1.3 * Math.max(...row.map((one) => depth[one])) + LENGTH;
    const middle = edge ? edge + reach : 0;
    edge = middle + reach;
    fan(plane, root, { row, below, depth }, middle);
  }
  return plane;
}

function tree(root, beside, seen) {
  const row = [root];
  const below = { [root]: [] };
  const depth = { [root]: 0 };
  seen[root] = 1;
  for (let place = 0; place < row.length; place += 1) {
    const one = row[place];
    for (const other of beside[one]) {
      if (!seen[other]) {
        seen[other] = 1;
        row.push(other);
        below[one].push(other);
        below[other] = [];
        depth[other] = depth[one] + 1;
      }
    }
  }
  return { row, below, depth };
}

function fan(plane, root, { row, below, depth }, middle) {
  const leaves = {};
  for (const one of [...row].reverse()) {
    leaves[one] = below[one].reduce((sum, other) => sum + leaves[other], 0) || 1;
  }
  const from = { [root]: 0 };
  const share = { [root]: 2 * Math.PI };
  for (const one of row) {
    const turn = from[one] + share[one] / 2;
    plane.x[one] = middle + LENGTH * 1.3 * depth[one] * Math.cos(turn);
    plane.y[one] = LENGTH * 1.3 * depth[one] * Math.sin(turn);
    let begin = from[one];
    for (const other of below[one]) {
      from[other] = begin;
      share[other] = (share[one] * leaves[other]) / leaves[one];
      begin += share[other];
    }
  }
}

// One round: everything moves as it is pushed and pulled, at most so far.
function settle({ x, y }, lines, beside, most) {
  const dx = new Float64Array(x.length);
  const dy = new Float64Array(x.length);
  push(x, y, dx, dy);
  for (const [one, other] of lines) {
    const [gx, gy] = [x[other] - x[one], y[other] - y[one]];
    const pull = Math.hypot(gx, gy) / LENGTH / 2;
    const [weak, strong] = [pull / Math.sqrt(beside[one].length), pull / Math.sqrt(beside[other].length)];
    dx[one] += gx * weak;
    dy[one] += gy * weak;
    dx[other] -= gx * strong;
    dy[other] -= gy * strong;
  }
  for (let one = 0; one < x.length; one += 1) {
    const far = Math.hypot(dx[one], dy[one]);
    const step = far > most ? most / far : 1;
    x[one] += dx[one] * step;
    y[one] += dy[one] * step;
  }
}

function push(x, y, dx, dy) {
  const wide = LENGTH * 2;
  const pieces = new Map();
  const key = (column, line) => column * 100_003 + line;
  const [columns, rows] = [x, y].map((places) => Int32Array.from(places, (one) => Math.floor(one / wide)));
  for (let one = 0; one < x.length; one += 1) {
    const name = key(columns[one], rows[one]);
    const there = pieces.get(name);
    there ? there.push(one) : pieces.set(name, [one]);
  }
  for (let one = 0; one < x.length; one += 1) {
    for (let column = -1; column <= 1; column += 1) {
      for (let line = -1; line <= 1; line += 1) {
        const there = pieces.get(key(columns[one] + column, rows[one] + line));
        for (let place = 0; there && place < there.length; place += 1) {
          const other = there[place];
          if (other === one) {
            continue;
          }
          // two in one place part: each in its own direction
          const gx = x[one] - x[other] || (one < other ? -1 : 1) * ((one % 7) + 1) / 10;
          const gy = y[one] - y[other] || (one < other ? -1 : 1) * ((other % 5) + 1) / 10;
          const near = gx * gx + gy * gy;
          if (near < wide * wide) {
            const force = (LENGTH * LENGTH) / near / 2;
            dx[one] += gx * force;
            dy[one] += gy * force;
          }
        }
      }
    }
  }
}
