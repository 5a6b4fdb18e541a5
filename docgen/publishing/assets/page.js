// The page: languages, the camera, pictures and texts, and what is shown of each code. What is genuine, genuine.js says.
"use strict";

(() => {
  const data = JSON.parse(document.getElementById("data").textContent);
  const BEGIN = "DG1:", LARGEST = 4096, MOST_PIXELS = 100e6, PAUSE = 150;
  const RIGHT = ["genuine"], BAD = ["damaged", "changed", "outside-validity", "key-compromised", "void", "replaced"];
  const $ = (id) => document.getElementById(id);

  let language = "kk", given = null, shown = [], stream = null;

  // ---- Words

  const own = () => data.languages[language];
  const filled = (text, values) => text.replace(/\{(\w+)\}/g, (_, name) => values[name] ?? "…");
  const word = (name, values = {}) => filled(own().words[name], values);
  // A day as papers print it: 06.02.2026.
  const day = (text) => (/^\d{4}-\d\d-\d\d$/.test(text) ? text.split("-").reverse().join(".") : text);
  const today = () => {
    const now = new Date();
    return [now.getFullYear(), now.getMonth() + 1, now.getDate()].map((part) => String(part).padStart(2, "0")).join("-");
  };

  const element = (name, attributes = {}, ...children) => {
    const made = document.createElement(name);
    for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
    made.append(...children.filter((each) => each !== null));
    return made;
  };

  const speak = (name) => {
    language = name;
    document.documentElement.lang = name;
    document.title = `${word("title")} · docgen`;
    for (const each of document.querySelectorAll("[data-word]")) each.textContent = word(each.dataset.word);
    $("camera").textContent = word(stream ? "stop" : "camera");
    $("view").setAttribute("aria-label", word("view"));
    $("languages").setAttribute("aria-label", word("languages"));
    $("results").setAttribute("aria-label", word("verify"));
    $("languages").replaceChildren(...Object.entries(data.languages).map(([each, { title }]) => {
      const button = element("button", { type: "button", lang: each, ...(each === name ? { "aria-current": "true" } : {}) }, title);
      button.addEventListener("click", () => {
        speak(each);
        $("languages").querySelector("[aria-current]").focus();
      });
      return button;
    }));
    $("state").textContent = "";
    showList();
    showKeys();
    $("results").replaceChildren(...shown.map(result));
  };

  // ---- What is found

  const dayValues = (found) => {
    const { key = {} } = found, published = given?.published ?? {};
    return {
      first: day(key.first ?? ""), last: key.last ? day(key.last) : "…", compromised: day(key.compromised ?? ""),
      day: day(published.day ?? ""), until: day(published.until ?? ""), today: day(today()),
    };
  };

  // Of a genuine code the page says no more than that: what the paper prints, it does not see.
  const verdict = ({ verdict: name, ...found }) => {
    const words = name === "genuine" ? word("codeGenuine") : filled(own().verdicts[name], dayValues(found));
    return words[0].toUpperCase() + words.slice(1);
  };

  // Yield the fields of a code as lines, rows with their numbers.
  function* lines(fields, labels, before = "") {
    for (const [name, value] of fields) {
      const label = before + (labels[name] ?? name);
      if (!Array.isArray(value)) yield [label, day(String(value))];
      else
        for (const [at, each] of value.entries())
          yield* lines(each instanceof Map ? each : [["", each]], { "": "" }, `${label} ${at + 1} `);
    }
  }

  const compared = (claims) => {
    const labels = own().forms[claims.form]?.fields ?? {};
    if (!claims.form) return [element("p", { class: "note" }, word("short"))];
    const rows = Array.from(lines(claims.fields, labels), ([label, text]) =>
      element("tr", {}, element("th", { scope: "row" }, label), element("td", {}, text)));
    const heads = ["field", "says"].map((name) => element("th", { scope: "col" }, word(name)));
    return [
      element("h3", {}, word("compare")), element("p", { class: "note" }, word("compareHint")),
      element("table", {}, element("thead", {}, element("tr", {}, ...heads)), element("tbody", {}, ...rows)),
    ];
  };

  const facts = (claims, key) => {
    const form = own().forms[claims.form]?.title ?? claims.form;
    const pairs = [
      ["signedBy", key.organization], ["key", element("code", {}, key.kid)], ["form", form], ["number", claims.number || "–"],
      ["day", day(claims.day)],
    ];
    return element("dl", {}, ...pairs.filter(([, value]) => value).map(([name, value]) =>
      element("div", {}, element("dt", {}, word(name)), element("dd", {}, value))));
  };

  const result = (found) => {
    const tone = RIGHT.includes(found.verdict) ? "right" : BAD.includes(found.verdict) ? "bad" : "";
    const sign = tone === "right" ? "✓ " : tone === "bad" ? "✗ " : "";
    const card = element("section", { class: "card", "data-verdict": found.verdict });
    card.append(element("h2", { class: `verdict ${tone}` }, sign + verdict(found)));
    if (found.verdict === "no-code") card.append(element("p", {}, word("noCode")));
    if (!found.claims) return card;
    const { claims, key } = found;
    card.append(facts(claims, key));
    if (key.compromised && claims.day >= key.compromised && found.verdict !== "key-compromised")
      card.append(element("p", { class: "note" }, word("vouched", dayValues(found))));
    if (!given) card.append(element("p", { class: "note" }, word("listNone")));
    card.append(...compared(claims));
    return card;
  };

  const show = (found) => {
    shown = found;
    $("results").replaceChildren(...found.map(result));
    $("results").focus();
  };

  const verify = async (texts) => {
    const ours = [...new Set(texts)].filter((text) => text.startsWith(BEGIN));
    const found = await Promise.all(ours.map((text) => genuine.verify(text, data.keys, given, today())));
    show(found.length ? found : [{ verdict: "no-code" }]);
  };

  // ---- The list and the keys

  const listWord = (name) => filled(own().lists[name], dayValues({}));

  const showList = () => {
    if (!given) return $("listed").replaceChildren(element("p", {}, word("listNone")));
    const { fault, published } = given, term = fault ? [] : [element("p", {}, word("listOf", dayValues({})))];
    const hindered = fault || (today() > published.until ? "list-outdated" : today() < published.day ? "list-early" : "");
    if (hindered) term.push(element("p", { class: "wrong" }, listWord(hindered), ". ", word("listNew")));
    $("listed").replaceChildren(...term);
  };

  const showKeys = () => {
    $("keys").replaceChildren(...data.keys.map((key) => {
      const values = dayValues({ key });
      const item = element("li", {}, `${key.organization}, `, element("code", {}, key.kid), ", ", word("keyDays", values));
      if (key.compromised) item.append(element("p", { class: "wrong" }, word("keyLost", values)));
      return item;
    }));
  };

  const bytesOf = (text) => Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));

  const takeList = async (bytes) => {
    const read = await genuine.readList(bytes, data.keys);
    const isOlder = given && !given.fault && !read.fault && read.published.day < given.published.day;
    if (!isOlder && !(read.fault && given && !given.fault)) given = read;
    showList();
    if (isOlder) $("listed").append(element("p", { class: "note", role: "alert" }, word("listOlder")));
    else if (read !== given)
      $("listed").append(element("p", { class: "wrong", role: "alert" }, listWord(read.fault)));
  };

  // ---- Pictures and the camera

  let reader = null;
  const ready = () => {
    reader ??= (async () => {
      const packed = bytesOf($("reader").textContent);
      const wasmBinary = (await genuine.inflate(packed, "gzip", 1 << 24)).buffer;
      await ZXingWASM.prepareZXingModule({ overrides: { wasmBinary }, fireImmediately: true });
    })();
    return reader;
  };

  const textsIn = async (source, width, height) => {
    await ready();
    const scale = Math.min(1, LARGEST / Math.max(width, height));
    const canvas = new OffscreenCanvas(Math.max(1, Math.round(width * scale)), Math.max(1, Math.round(height * scale)));
    const context = canvas.getContext("2d", { willReadFrequently: true });
    context.fillStyle = "#fff";
    context.fillRect(0, 0, canvas.width, canvas.height);
    context.drawImage(source, 0, 0, canvas.width, canvas.height);
    const pixels = context.getImageData(0, 0, canvas.width, canvas.height);
    return (await ZXingWASM.readBarcodes(pixels, { formats: ["QRCode"], tryHarder: true })).map((each) => each.text);
  };

  const takePicture = async (file) => {
    stop();
    $("state").textContent = `${word("looking")}…`;
    try {
      const picture = await createImageBitmap(file);
      if (picture.width * picture.height > MOST_PIXELS) throw new Error("too large");
      await verify(await textsIn(picture, picture.width, picture.height));
      $("state").textContent = "";
    } catch {
      shown = [];
      $("results").replaceChildren();
      $("state").textContent = word("noPicture");
    }
  };

  const stop = () => {
    stream?.getTracks().forEach((track) => track.stop());
    stream = null;
    $("view").hidden = true;
    $("view").srcObject = null;
    $("camera").textContent = word("camera");
    $("state").textContent = "";
  };

  const look = async (mine) => {
    const view = $("view");
    while (stream === mine) {
      if (view.videoWidth) {
        const texts = await textsIn(view, view.videoWidth, view.videoHeight);
        const ours = texts.filter((text) => text.startsWith(BEGIN));
        if (ours.length && stream === mine) {
          stop();
          return verify(ours);
        }
      }
      await new Promise((resolve) => setTimeout(resolve, PAUSE));
    }
  };

  const start = async () => {
    try {
      const wanted = { facingMode: "environment", width: { ideal: 1920 }, height: { ideal: 1080 } };
      stream = await navigator.mediaDevices.getUserMedia({ video: wanted });
    } catch {
      $("state").textContent = word("noCamera");
      return;
    }
    $("view").srcObject = stream;
    $("view").hidden = false;
    $("camera").textContent = word("stop");
    $("state").textContent = `${word("looking")}…`;
    await $("view").play();
    await look(stream);
  };

  // ---- The beginning

  const picked = (id, take) => $(id).addEventListener("change", async () => {
    const [file] = $(id).files;
    $(id).value = "";
    if (file) await take(file);
  });
  picked("picture", takePicture);
  picked("list-file", async (file) => takeList(new Uint8Array(await file.arrayBuffer())));
  $("open").addEventListener("click", () => $("picture").click());
  $("open-list").addEventListener("click", () => $("list-file").click());
  $("camera").addEventListener("click", () => (stream ? stop() : start()));
  $("typed").addEventListener("submit", (event) => {
    event.preventDefault();
    stop();
    verify([$("text").value.replace(/^[\r\n]+|[\r\n]+$/g, "")]);
  });
  const isPicture = (file) => file?.type.startsWith("image/");
  document.addEventListener("paste", (event) => {
    const file = Array.from(event.clipboardData?.files ?? []).find(isPicture);
    if (file) takePicture(file);
  });
  document.addEventListener("dragover", (event) => event.preventDefault());
  document.addEventListener("drop", (event) => {
    event.preventDefault();
    const file = Array.from(event.dataTransfer?.files ?? []).find(isPicture);
    if (file) takePicture(file);
  });

  const begin = async () => {
    speak(navigator.languages.map((each) => each.slice(0, 2)).find((each) => each in data.languages) ?? "kk");
    if (!(await genuine.isAble())) {
      $("unable").hidden = false;
      $("ways").hidden = true;
      return;
    }
    if (data.list) await takeList(bytesOf(data.list));
    document.documentElement.dataset.ready = "true";
  };
  begin();
})();
