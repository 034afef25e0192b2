import { beforeEach, describe, expect, it } from "vitest";
import { alert, message } from "./support/messages.ts";
import { FakeChannel, ForgetfulChannel, Post } from "./support/post.ts";

let good: FakeChannel;
let other: FakeChannel;
let post: Post;
beforeEach(() => {
  good = new FakeChannel("good");
  other = new FakeChannel("other");
  post = new Post([good, other]);
  post.courier.start();
});

function put(id: string, channel = "good", about = id): void {
  post.outbox.enqueue(message(id, "firing", alert(about)), channel, post.clock.now());
}

const ofChannel = (name: string) => post.courier.channels().find((one) => one.name === name);
const logOf = (msg: string) => post.logged.filter((line) => line.msg === msg);

describe("a message", () => {
  it("is sent once it is kept", async () => {
    put("m");
    await post.clock.advanceAsync(0);
    expect(good.taken).toEqual(["m.good"]);
    expect(post.keeps).toBe(1);
    expect(post.courier.list()).toMatchObject([{ id: "m.good", state: "delivered", attempts: 1 }]);
    expect(ofChannel("good")).toMatchObject({ deliveredTotal: 1, waiting: 0, lastError: "" });
  });

  it("is not sent while the journal cannot keep it, and is afterwards", async () => {
    post.trouble = new Error("the disk is full");
    put("m");
    await post.clock.advanceAsync(10_000);
    expect(good.tried).toEqual([]);
    post.trouble = undefined;
    await post.clock.advanceAsync(1_000);
    expect(good.taken).toEqual(["m.good"]);
  });

  it("is tried again, and its channel's trouble is told to the log once", async () => {
    good.manner = { permanent: false };
    put("m");
    await post.clock.advanceAsync(3_500);
    expect(good.tried).toEqual(["m.good", "m.good", "m.good"]);
    expect(ofChannel("good")).toMatchObject({ waiting: 1, failuresTotal: 3, lastError: "refused" });
    good.manner = "takes";
    await post.clock.advanceAsync(10_000);
    expect(good.taken).toEqual(["m.good"]);
    const told = logOf("an alert could not be delivered").map(({ level }) => level);
    expect(told).toEqual([40, 20, 20]);
    expect(logOf("alerts are delivered again")).toHaveLength(1);
    expect(ofChannel("good")?.lastError).toBe("");
  });

  it("that is refused for good is given up, said so, and can be sent again", async () => {
    good.manner = { permanent: true };
    put("m");
    await post.clock.advanceAsync(DAY_MS);
    expect(good.tried).toEqual(["m.good"]);
    expect(ofChannel("good")).toMatchObject({ waiting: 0, dead: 1, failuresTotal: 1 });
    expect(logOf("an alert was given up; it can be sent again")).toMatchObject([
      { channel: "good", delivery: "m.good", error: "refused", level: 50 },
    ]);
    good.manner = "takes";
    post.courier.resend("m.good", post.clock.now());
    await post.clock.advanceAsync(0);
    expect(good.taken).toEqual(["m.good"]);
  });

  it("that was under way when the server was killed is sent again, under the same name", async () => {
    good.manner = "hangs";
    put("m");
    put("n");
    await post.clock.advanceAsync(0);
    expect(good.underWay).toBe(2);
    const next = new FakeChannel("good");
    const after = post.restart([next]);
    after.courier.start();
    await after.clock.advanceAsync(0);
    expect(next.taken).toEqual(["m.good", "n.good"]);
    // What was delivered before the end is not sent by the one after it.
    const last = new FakeChannel("good");
    const later = after.restart([last]);
    later.courier.start();
    await later.clock.advanceAsync(DAY_MS / 2);
    expect(last.tried).toEqual([]);
  });
});

const DAY_MS = 86_400_000;

describe("a channel", () => {
  it("has four messages under way at most, and one of an alert", async () => {
    good.manner = "hangs";
    for (let count = 0; count < 20; count++) put(`m${count}`, "good", `x${count % 10}`);
    await post.clock.advanceAsync(100);
    expect(good.mostUnderWay).toBe(4);
    expect(good.tried).toEqual(["m0.good", "m1.good", "m2.good", "m3.good"]);
    good.manner = "takes";
    good.release();
    await post.clock.advanceAsync(100);
    expect(good.taken).toHaveLength(20);
  });

  it.each([
    ["hangs", "hangs"],
    ["answers 500", { permanent: false }],
    ["asks for rest", { permanent: false, retryAfterMs: 30_000 }],
    ["redirects", { permanent: true }],
  ] as const)("that %s harms no other", async (_, manner) => {
    other.manner = manner;
    for (let count = 0; count < 50; count++) {
      put(`m${count}`, "other");
      put(`m${count}`, "good");
      await post.clock.advanceAsync(10);
    }
    expect(good.taken).toHaveLength(50);
    expect(other.taken).toEqual([]);
  });

  it("that heeds no signal is given up after thirty seconds all the same", async () => {
    other.send = () => new Promise(() => {});
    put("m", "other");
    await post.clock.advanceAsync(30_000);
    expect(ofChannel("other")).toMatchObject({ lastError: "it took longer than 30 s", waiting: 1 });
  });

  it("that throws what nobody expects says no more than that, and goes on", async () => {
    other.send = () => Promise.reject(new TypeError("xoxb-secret"));
    put("m", "other");
    await post.clock.advanceAsync(100);
    expect(ofChannel("other")?.lastError).toMatch(
      /^a fault of the server: TypeError at courier\.test\.ts:\d+$/,
    );
    expect(JSON.stringify(post.logged)).not.toContain("xoxb-secret");
  });

  it("that is dead is asked once a minute, however much waits for it", async () => {
    good.manner = { permanent: false };
    for (let count = 0; count < 1_000; count++) put(`m${count}`);
    await post.clock.advanceAsync(3_600_000);
    expect(good.tried.length).toBeLessThan(80);
    expect(ofChannel("good")?.waiting).toBe(1_000);
    good.manner = "takes";
    await post.clock.advanceAsync(60_000);
    expect(good.taken).toHaveLength(1_000);
    // After the one that was tried first, in the order in which they were decided.
    const [first, ...rest] = good.taken.map((id) => Number(/\d+/.exec(id)?.[0]));
    expect(rest).toEqual([...Array(1_000).keys()].filter((place) => place !== first));
  });

  it("that is dead for a day loses its messages to the dead ones, and that is said", async () => {
    good.manner = { permanent: false };
    for (let count = 0; count < 3; count++) put(`m${count}`);
    await post.clock.advanceAsync(DAY_MS + 120_000);
    expect(ofChannel("good")).toMatchObject({ waiting: 0, dead: 3 });
    const lines = post.logged.filter(({ msg }) => /given up/.test(String(msg)));
    const told = lines.map(({ count = 1 }) => Number(count)).reduce((a, b) => a + b, 0);
    expect(told).toBe(3);
  });

  it("is not kept by one message that it does not take", async () => {
    const send = good.send.bind(good);
    good.send = (notification, signal) => {
      good.manner = notification.id === "poison.good" ? { permanent: false } : "takes";
      return send(notification, signal);
    };
    put("poison");
    await post.clock.advanceAsync(60_000);
    for (let count = 0; count < 10; count++) put(`m${count}`);
    await post.clock.advanceAsync(70_000);
    expect(good.taken).toHaveLength(10);
  });

  it("that asks for rest is left alone as a whole", async () => {
    good.manner = { permanent: false, retryAfterMs: 45_000 };
    put("m");
    await post.clock.advanceAsync(100);
    good.manner = "takes";
    put("n");
    await post.clock.advanceAsync(44_800);
    expect(good.taken).toEqual([]);
    await post.clock.advanceAsync(1_000);
    expect(good.taken).toHaveLength(2);
  });

  it("that is dead takes a message again at once when somebody asks for it", async () => {
    good.manner = { permanent: false };
    put("m");
    await post.clock.advanceAsync(3_600_000);
    good.manner = "takes";
    post.courier.resend("m.good", post.clock.now());
    await post.clock.advanceAsync(0);
    expect(good.taken).toEqual(["m.good"]);
  });
});

describe("a test", () => {
  it("is sent at once, whatever waits, and tells how it went", async () => {
    good.manner = { permanent: false };
    put("m");
    await post.clock.advanceAsync(60_000);
    good.manner = "takes";
    const report = post.courier.test("good");
    await post.clock.advanceAsync(0);
    expect(await report).toEqual({ delivered: true, error: "", tookMs: 0 });
    expect(good.taken[0]).toMatch(/^test-/);
    good.manner = { permanent: true };
    const refused = post.courier.test("good");
    await post.clock.advanceAsync(0);
    expect(await refused).toMatchObject({ delivered: false, error: "refused" });
  });

  it("is one for all who ask meanwhile", async () => {
    good.manner = "hangs";
    const reports = [post.courier.test("good"), post.courier.test("good")];
    await post.clock.advanceAsync(30_000);
    for (const report of await Promise.all(reports)) {
      expect(report).toEqual({
        delivered: false,
        error: "it took longer than 30 s",
        tookMs: 30_000,
      });
    }
    expect(good.tried).toHaveLength(1);
  });

  it("of a channel that there is not is nothing", async () => {
    expect(await post.courier.test("none")).toBeUndefined();
  });
});

describe("a channel whose other side forgets", () => {
  let forgetful: ForgetfulChannel;
  beforeEach(() => {
    forgetful = new ForgetfulChannel("good");
    post = new Post([forgetful]);
    post.firing = [alert("x"), alert("y")];
    post.courier.start();
  });

  it("is told every minute what fires, and nothing when nothing does", async () => {
    await post.clock.advanceAsync(120_000);
    expect(forgetful.refreshes).toEqual([
      ["x", "y"],
      ["x", "y"],
      ["x", "y"],
    ]);
    post.firing = [];
    await post.clock.advanceAsync(600_000);
    expect(forgetful.refreshes).toHaveLength(3);
  });

  it("is told nothing else meanwhile", async () => {
    await post.clock.advanceAsync(100);
    let release: () => void = () => {};
    forgetful.refresh = () =>
      new Promise((resolve) => {
        release = resolve;
      });
    await post.clock.advanceAsync(60_000);
    put("m");
    await post.clock.advanceAsync(100);
    expect(forgetful.tried).toEqual([]);
    release();
    await post.clock.advanceAsync(100);
    expect(forgetful.taken).toEqual(["m.good"]);
  });

  it("counts a refresh that fails", async () => {
    forgetful.manner = { permanent: false };
    await post.clock.advanceAsync(180_000);
    expect(ofChannel("good")).toMatchObject({ failuresTotal: 4, waiting: 0 });
    expect(ofChannel("good")?.lastError).toBe("refused");
  });
});

describe("a courier that stops", () => {
  it("lets go of what is under way without blame, and leaves nothing behind", async () => {
    good.manner = "hangs";
    put("m");
    await post.clock.advanceAsync(0);
    await post.courier.stop();
    await post.clock.advanceAsync(0);
    expect(good.aborted).toBe(1);
    expect(post.clock.pendingTimers).toBe(0);
    expect(post.courier.list()).toMatchObject([{ state: "waiting", attempts: 0, lastError: "" }]);
    put("n");
    await post.clock.advanceAsync(120_000);
    expect(good.tried).toEqual(["m.good"]);
    expect(await post.courier.test("good")).toMatchObject({ error: "the server stops" });
  });
});
