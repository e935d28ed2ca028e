// Pages with many people on SQLite, journalling included: latency at 20 requests a second, whether or not
// the page before has been answered; time until the server is ready; memory when idle. Usage: HEYRICK_BIN=… node e2e/bench.mjs PEOPLE SECONDS [DIR]
// A world in DIR is used as it is and kept; without DIR one is made and taken away.
// Called by `cargo xtask bench web`. Ends with 1 when a figure is over its aim.

import { spawn, spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { cpus, tmpdir } from "node:os";
import { join } from "node:path";

const people = Number(process.argv[2] ?? 100_000);
const seconds = Number(process.argv[3] ?? 30);
const kept = process.argv[4];
const rate = 20;
const heyrick = process.env.HEYRICK_BIN ?? "target/release/heyrick";
const aims = { page: 50, ready: 2000, memory: 100 };

if (!existsSync(heyrick)) {
  console.error(`There is no program at ${heyrick}; build it with cargo build --release.`);
  process.exit(1);
}

const sleep = (ms) => new Promise((done) => setTimeout(done, ms));

function freePort() {
  return new Promise((done, failed) => {
    const server = createServer();
    server.on("error", failed);
    server.listen(0, "127.0.0.1", () => {
      const { port } = server.address();
      server.close(() => done(port));
    });
  });
}

/** Starts the program and waits until it answers; how long that took, in ms. */
async function start(args, port, patience) {
  const began = performance.now();
  const child = spawn(heyrick, [...args, "--listen", `127.0.0.1:${port}`], {
    stdio: ["ignore", "ignore", "inherit"],
    env: { ...process.env, HEYRICK_LOG: "warn" },
  });
  let ended = false;
  child.on("exit", () => (ended = true));
  while (performance.now() - began < patience) {
    if (ended) throw new Error("the program ended before it was ready");
    const answer = await fetch(`http://127.0.0.1:${port}/health`).catch(() => undefined);
    if (answer?.ok) return { child, ms: performance.now() - began };
    await sleep(10);
  }
  child.kill("SIGTERM");
  throw new Error("the program was not ready in time");
}

function stop(child) {
  return new Promise((done) => {
    child.on("exit", done);
    child.kill("SIGTERM");
  });
}

/** Memory a process holds, in MB, as the kernel counts it. */
function memory(pid) {
  const status = readFileSync(`/proc/${pid}/status`, "utf8");
  return Number(/VmRSS:\s+(\d+)/.exec(status)[1]) / 1024;
}

/** A browser without a screen: keeps cookies, follows redirects. */
class Browser {
  constructor(base) {
    this.base = base;
    this.cookies = new Map();
  }

  async ask(path, options = {}) {
    const headers = { ...options.headers, cookie: [...this.cookies].map(([k, v]) => `${k}=${v}`).join("; ") };
    const answer = await fetch(this.base + path, { ...options, headers, redirect: "manual" });
    for (const line of answer.headers.getSetCookie()) {
      const [name, ...value] = line.split(";")[0].split("=");
      this.cookies.set(name, value.join("="));
    }
    const body = await answer.text();
    const next = answer.headers.get("location");
    return next ? this.ask(new URL(next, this.base).pathname) : { status: answer.status, body };
  }

  async signIn(username, password) {
    const form = await this.ask("/sign-in");
    const csrf = /name="csrf" value="([^"]*)"/.exec(form.body)[1];
    const body = new URLSearchParams({ username, password, csrf });
    const home = await this.ask("/sign-in", {
      method: "POST",
      body,
      headers: { origin: this.base, "content-type": "application/x-www-form-urlencoded" },
    });
    if (home.status !== 200 || !home.body.includes("/sign-out")) throw new Error("could not sign in");
  }
}

/** Asks for pages at a steady rate, whether or not the one before has been answered. */
async function measure(browser, pages) {
  const took = new Map();
  const waiting = [];
  const began = performance.now();
  for (let n = 0; n < rate * seconds; n += 1) {
    const at = began + (n * 1000) / rate;
    const pause = at - performance.now();
    if (pause > 0) await sleep(pause);
    const [kind, path] = pages[n % pages.length];
    const sent = performance.now();
    waiting.push(
      browser.ask(path).then((answer) => {
        if (answer.status !== 200) throw new Error(`${kind} answered ${answer.status}`);
        if (!took.has(kind)) took.set(kind, []);
        took.get(kind).push(performance.now() - sent);
      }),
    );
  }
  await Promise.all(waiting);
  return took;
}

function quantile(sorted, q) {
  return sorted[Math.min(sorted.length - 1, Math.ceil(q * sorted.length) - 1)];
}

const data = kept ?? mkdtempSync(join(tmpdir(), "heyrick-bench-"));
const children = [];
let missed = 0;
try {
  const port = await freePort();
  if (!existsSync(join(data, "heyrick.db"))) {
    const made = performance.now();
    const demo = await start(["demo", "--data", data, "--people", String(people)], port, 3_600_000);
    children.push(demo.child);
    console.log(`Invented ${people} people in ${((performance.now() - made) / 1000).toFixed(0)} s.`);
    await stop(demo.child);
  }

  const server = await start(["serve", "--data", data, "--second-factor", "optional"], port, 60_000);
  children.push(server.child);
  await sleep(3000);
  const idle = memory(server.child.pid);

  const browser = new Browser(`http://127.0.0.1:${port}`);
  await browser.signIn("ds.teal", "demonstration");
  const links = async (path, pattern) => {
    const page = await browser.ask(path);
    const found = [...page.body.matchAll(pattern)].map((match) => match[1]);
    if (found.length === 0) throw new Error(`${path} shows nothing`);
    return [...new Set(found)];
  };
  const persons = await links("/people", /href="\/people\/([a-z0-9]{20})"/g);
  const referrals = await links("/referrals", /href="\/referrals\/([a-z0-9]{20})"/g);
  const pages = persons.flatMap((id, n) => {
    const referral = referrals[n % referrals.length];
    return [
      ["list of people", "/people"],
      ["person", `/people/${id}`],
      ["list of referrals", "/referrals"],
      ["task list of a referral", `/referrals/${referral}`],
      ["list of people", "/people?sort=changed"],
      ["person", `/people/${id}`],
      ["page of questions", `/referrals/${referral}/steps/how-they-were-treated`],
      ["my work", "/"],
    ];
  });
  const took = await measure(browser, pages);

  const processor = cpus()[0]?.model ?? "unknown processor";
  console.log(`\ncargo xtask bench web --people ${people} --seconds ${seconds}`);
  console.log(
    `${people} people, SQLite, ${rate} requests a second for ${seconds} s, each journalled, ${cpus().length} × ${processor}\n`,
  );
  console.log("| what | requests | median | 95 % | 99 % | slowest | aim (99 %) |");
  console.log("|---|---|---|---|---|---|---|");
  for (const [kind, all] of took) {
    const sorted = all.sort((a, b) => a - b);
    const at = [0.5, 0.95, 0.99, 1].map((q) => quantile(sorted, q).toFixed(1));
    if (quantile(sorted, 0.99) > aims.page) missed += 1;
    console.log(`| ${kind} | ${sorted.length} | ${at[0]} ms | ${at[1]} ms | ${at[2]} ms | ${at[3]} ms | ${aims.page} ms |`);
  }
  console.log("\n| what | measured | aim |\n|---|---|---|");
  console.log(`| ready to serve | ${server.ms.toFixed(0)} ms | ${aims.ready} ms |`);
  console.log(`| memory, idle | ${idle.toFixed(0)} MB | ${aims.memory} MB |`);
  console.log(`| memory, after | ${memory(server.child.pid).toFixed(0)} MB | |`);
  if (server.ms > aims.ready) missed += 1;
  if (idle > aims.memory) missed += 1;
  await stop(server.child);

  const verified = spawnSync(heyrick, ["journal", "verify", "--data", data], { encoding: "utf8" });
  console.log(`\njournal verify: ${verified.status === 0 ? "whole" : verified.stderr.trim()}`);
  if (verified.status !== 0) missed += 1;
} finally {
  for (const child of children) if (child.exitCode === null) child.kill("SIGKILL");
  if (!kept) rmSync(data, { recursive: true, force: true });
}
process.exitCode = missed > 0 ? 1 : 0;
