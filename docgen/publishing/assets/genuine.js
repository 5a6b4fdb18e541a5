// Whether a document is genuine, by its signed code: what docs/code.md says, and docgen verify does, without asking anybody.
// From the outside in: text (Base45, RFC 9285), message (COSE_Sign1, RFC 9052), claims (CWT, RFC 8392), all in CBOR (RFC 8949).
"use strict";

const genuine = (() => {
  const PREFIX = "DG1:", LETTERS = 4296, MESSAGE_LIMIT = 8 << 10, LIST_LIMIT = 32 << 20, DEPTH = 16;
  const SUBJECT = 2, EXPIRES = 4, ISSUED = 6, DOCUMENT = -70001, LISTED = -70002;
  const ALGORITHM = 1, KEY_ID = 4, EDDSA = -8, TAG = 18, DAY = 86400, DIGEST = 32, LONGEST = 366;
  const NAMES = [
    "", "number", "issued", "organization", "surname", "given_name", "patronymic", "rank", "topic", "hours", "start", "end",
    "city", "head", "name_case", "duplicate_of",
  ];

  // A text, a message or a payload that no docgen wrote, or one that was changed.
  class Damaged extends Error {}
  const require = (holds) => {
    if (!holds) throw new Damaged("damaged");
  };

  // ---- Base45 and deflate

  const BASE45 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:";

  const base45 = (text) => {
    const values = Array.from(text, (letter) => BASE45.indexOf(letter)), found = [];
    require(!values.includes(-1) && values.length % 3 !== 1);
    for (let at = 0; at < values.length; at += 3) {
      const [first, second, third = 0] = values.slice(at, at + 3);
      const value = first + second * 45 + third * 2025, isWhole = values.length - at > 2;
      require(value < (isWhole ? 1 << 16 : 1 << 8));
      found.push(...(isWhole ? [value >> 8, value & 255] : [value]));
    }
    return Uint8Array.from(found);
  };

  // Inflate to at most `limit` bytes: of what has no end, no more is read.
  const inflate = async (bytes, format, limit) => {
    const reader = new Blob([bytes]).stream().pipeThrough(new DecompressionStream(format)).getReader();
    const parts = [];
    let size = 0;
    for (;;) {
      const { done, value } = await reader.read().catch(() => require(false));
      if (done) break;
      parts.push(value);
      size += value.length;
      if (size > limit) {
        reader.cancel().catch(() => {});
        require(false);
      }
    }
    return new Uint8Array(await new Blob(parts).arrayBuffer());
  };

  // ---- CBOR, in its one deterministic form (RFC 8949, 4.2.1): shortest heads, known lengths, maps in order, no key twice

  const later = (one, other) => {
    for (let at = 0; at < Math.min(one.length, other.length); at++)
      if (one[at] !== other[at]) return one[at] > other[at];
    return one.length > other.length;
  };

  class Reader {
    constructor(bytes) {
      this.bytes = bytes;
      this.at = 0;
    }

    take(count) {
      require(count <= this.bytes.length - this.at);
      return this.bytes.subarray(this.at, (this.at += Number(count)));
    }

    head() {
      const first = this.take(1)[0], major = first >> 5, short = first & 31;
      if (short < 24) return [major, short];
      require(short < 28 && major < 7);
      const value = this.take(1 << (short - 24)).reduce((sum, byte) => (sum << 8n) | BigInt(byte), 0n);
      require(value >= [24n, 1n << 8n, 1n << 16n, 1n << 32n][short - 24]);
      return [major, value <= BigInt(Number.MAX_SAFE_INTEGER) ? Number(value) : value];
    }

    value(depth) {
      require(depth > 0);
      const [major, size] = this.head();
      switch (major) {
        case 0: return size;
        case 1: return typeof size === "bigint" ? -1n - size : -1 - size;
        case 2: return this.take(size);
        case 3: return utf8(this.take(size));
        case 4: return this.list(size, depth);
        case 5: return this.map(size, depth);
        case 6: return { tag: size, value: this.value(depth - 1) };
        default: require(size === 20 || size === 21); return size === 21;
      }
    }

    list(size, depth) {
      require(size <= this.bytes.length - this.at);
      return Array.from({ length: size }, () => this.value(depth - 1));
    }

    map(size, depth) {
      require(size <= this.bytes.length - this.at);
      const found = new Map();
      let last = new Uint8Array();
      for (let count = 0; count < size; count++) {
        const begin = this.at, name = this.value(depth - 1), written = this.bytes.subarray(begin, this.at);
        require(later(written, last) && (typeof name === "string" || typeof name === "number"));
        last = written;
        found.set(name, this.value(depth - 1));
      }
      return found;
    }
  }

  const utf8 = (bytes) => {
    try {
      return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
    } catch {
      return require(false);
    }
  };

  const decode = (bytes, limit) => {
    require(bytes instanceof Uint8Array && bytes.length <= limit);
    const reader = new Reader(bytes), value = reader.value(DEPTH);
    require(reader.at === bytes.length);
    return value;
  };

  const head = (major, size) => {
    if (size < 24) return [(major << 5) | size];
    const bytes = size < 1 << 8 ? 1 : size < 1 << 16 ? 2 : 4;
    const value = Array.from({ length: bytes }, (_, at) => Math.floor(size / 256 ** (bytes - 1 - at)) % 256);
    return [(major << 5) | (24 + Math.log2(bytes)), ...value];
  };

  const joined = async (...parts) => new Uint8Array(await new Blob(parts.map((part) => new Uint8Array(part))).arrayBuffer());

  // ---- The signed message

  const isBytes = (value) => value instanceof Uint8Array;

  const readMessage = (bytes, limit) => {
    const outer = decode(bytes, limit);
    require(outer.tag === TAG && Array.isArray(outer.value) && outer.value.length === 4);
    const [shielded, open, payload, signature] = outer.value;
    require(isBytes(shielded) && isBytes(payload) && isBytes(signature) && open instanceof Map && open.size === 0);
    const header = decode(shielded, limit);
    require(header instanceof Map && header.size === 2 && Number.isInteger(header.get(ALGORITHM)) && isBytes(header.get(KEY_ID)));
    return { algorithm: header.get(ALGORITHM), keyId: hex(header.get(KEY_ID)), shielded, payload, signature };
  };

  const hex = (bytes) => Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");

  // Return the trusted key that signed a message; "unknown" where none has its name, "changed" where the signature is of none.
  const signedBy = async (message, keys) => {
    const named = keys.filter((key) => key.kid === message.keyId);
    if (!named.length || message.algorithm !== EDDSA) return "unknown";
    const text = new TextEncoder().encode("Signature1");
    const signed = await joined(
      head(4, 4), head(3, text.length), text, head(2, message.shielded.length), message.shielded, head(2, 0),
      head(2, message.payload.length), message.payload,
    );
    for (const key of named) {
      const jwk = { kty: "OKP", crv: "Ed25519", x: key.x };
      const ready = await crypto.subtle.importKey("jwk", jwk, { name: "Ed25519" }, false, ["verify"]);
      if (await crypto.subtle.verify({ name: "Ed25519" }, ready, message.signature, signed)) return key;
    }
    return "changed";
  };

  // ---- What a code says

  const dayOf = (seconds) => {
    require(Number.isInteger(seconds) && seconds % DAY === 0 && Math.abs(seconds) < 8.64e12);
    const moment = new Date(seconds * 1000);
    require(moment.getUTCFullYear() >= 1 && moment.getUTCFullYear() <= 9999);
    return moment.toISOString().slice(0, 10);
  };

  // Return a value in canonical form: JSON as RFC 8785 writes it.
  const canonical = (value) => {
    if (value instanceof Map) {
      const members = Array.from(value.keys()).sort().map((name) => `${canonical(name)}:${canonical(value.get(name))}`);
      return `{${members.join(",")}}`;
    }
    if (Array.isArray(value)) return `[${value.map(canonical).join(",")}]`;
    require(["string", "number", "bigint", "boolean"].includes(typeof value));
    return typeof value === "bigint" ? String(value) : JSON.stringify(value);
  };

  const sha256 = async (content) => {
    const bytes = typeof content === "string" ? new TextEncoder().encode(content) : content;
    return new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
  };

  const named = (fields) => {
    require(fields instanceof Map);
    return new Map(Array.from(fields, ([name, value]) => {
      require(typeof name === "string" ? !NAMES.includes(name) : name > 0 && name < NAMES.length);
      return [typeof name === "string" ? name : NAMES[name], value];
    }));
  };

  const isText = (value) => typeof value === "string";

  const readClaims = async (payload) => {
    const values = decode(payload, MESSAGE_LIMIT);
    require(values instanceof Map && values.has(ISSUED) && values.has(DOCUMENT));
    const number = values.get(SUBJECT) ?? "", day = dayOf(values.get(ISSUED)), document = values.get(DOCUMENT);
    require(isText(number) && values.has(SUBJECT) === Boolean(number) && values.size === (number ? 3 : 2));
    if (isBytes(document)) {
      require(document.length === DIGEST);
      return { number, day, digest: document, form: "", edition: "", fields: new Map() };
    }
    require(Array.isArray(document) && document.length === 3);
    const [form, edition, fields] = [document[0], document[1], named(document[2])];
    require(isText(form) && form && isText(edition));
    const content = new Map([...(edition ? [["edition", edition]] : []), ["fields", fields], ["form", form]]);
    return { number, day, digest: await sha256(canonical(content)), form, edition, fields };
  };

  // ---- The published list

  const digestsIn = (bytes) => {
    require(isBytes(bytes) && bytes.length % DIGEST === 0);
    for (let at = DIGEST; at < bytes.length; at += DIGEST)
      require(later(bytes.subarray(at, at + DIGEST), bytes.subarray(at - DIGEST, at)));
    return bytes;
  };

  const holds = (bytes, digest) => {
    let low = 0, high = bytes.length / DIGEST;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (later(digest, bytes.subarray(middle * DIGEST, (middle + 1) * DIGEST))) low = middle + 1;
      else high = middle;
    }
    const found = bytes.subarray(low * DIGEST, (low + 1) * DIGEST);
    return found.length > 0 && !later(found, digest);
  };

  const listIn = (payload) => {
    const values = decode(payload, LIST_LIMIT);
    require(values instanceof Map && values.size === 3 && values.has(LISTED));
    const day = dayOf(values.get(ISSUED)), until = dayOf(values.get(EXPIRES) - DAY), listed = values.get(LISTED);
    const term = (values.get(EXPIRES) - values.get(ISSUED)) / DAY - 1;
    require(term >= 0 && term <= LONGEST && Array.isArray(listed) && listed.length === 3);
    const [voided, replaced, vouched] = listed.map(digestsIn);
    return { day, until, voided, replaced, vouched };
  };

  const covers = (key, day) => key.first <= day && (!key.last || day <= key.last);

  // Return a list as it was read: what is wrong with it, "" if it may be believed; what it says, and its key.
  const readList = async (bytes, keys) => {
    let message, published;
    try {
      message = readMessage(bytes, LIST_LIMIT);
      published = listIn(message.payload);
    } catch (error) {
      if (error instanceof Damaged) return { fault: "list-damaged" };
      throw error;
    }
    const key = await signedBy(message, keys);
    if (key === "unknown") return { fault: "list-key-unknown" };
    if (key === "changed") return { fault: "list-changed" };
    return { fault: key.compromised || !covers(key, published.day) ? "list-key-invalid" : "", published, key };
  };

  const contentDigest = (claims) => {
    const number = claims.number ? [["number", claims.number]] : [];
    return sha256(canonical(new Map([["content", hex(claims.digest)], ["day", claims.day], ...number])));
  };

  const digestsOf = async (claims) => {
    const found = [await contentDigest(claims)], organization = claims.fields.get("organization");
    const { day, form, number } = claims;
    if (form && number && organization) found.push(await sha256(canonical(new Map(Object.entries({ day, form, number, organization })))));
    return found;
  };

  const byList = async (found, given, today) => {
    if (!["genuine", "key-compromised"].includes(found.verdict)) return found.verdict;
    const speaks = !given.fault && given.key.organization === found.key.organization;
    if (found.verdict === "key-compromised" && !(speaks && holds(given.published.vouched, await contentDigest(found.claims))))
      return found.verdict;
    if (!speaks) return given.fault || "list-other";
    const { day, until, voided, replaced } = given.published, digests = await digestsOf(found.claims);
    if (digests.some((digest) => holds(voided, digest))) return "void";
    if (digests.some((digest) => holds(replaced, digest))) return "replaced";
    return today > until ? "list-outdated" : today < day ? "list-early" : "genuine";
  };

  // ---- The verdict

  const opened = async (text) => {
    require(text.startsWith(PREFIX) && text.length <= LETTERS);
    const bytes = base45(text.slice(PREFIX.length));
    return bytes[0] === 0x78 ? inflate(bytes, "deflate", MESSAGE_LIMIT) : bytes;
  };

  const bySignature = async (text, keys) => {
    if (!text.startsWith(PREFIX)) return { verdict: "no-code" };
    let message, claims;
    try {
      message = readMessage(await opened(text), MESSAGE_LIMIT);
      claims = await readClaims(message.payload);
    } catch (error) {
      if (error instanceof Damaged) return { verdict: "damaged" };
      throw error;
    }
    const key = await signedBy(message, keys);
    if (key === "unknown") return { verdict: "key-unknown" };
    if (key === "changed") return { verdict: "changed" };
    if (!covers(key, claims.day)) return { verdict: "outside-validity", claims, key };
    return { verdict: key.compromised && claims.day >= key.compromised ? "key-compromised" : "genuine", claims, key };
  };

  // Return what is found of the text of a code: the verdict, and where its signature holds what it says and the key.
  // `given` is what readList returned, or null; `today` is a day as 2026-02-06.
  const verify = async (text, keys, given, today) => {
    const found = await bySignature(text, keys);
    return given ? { ...found, verdict: await byList(found, given, today) } : found;
  };

  // Return whether this browser can verify at all: the signature (Ed25519 in WebCrypto), and the compression.
  const isAble = async () => {
    try {
      const jwk = { kty: "OKP", crv: "Ed25519", x: "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo" };
      await crypto.subtle.importKey("jwk", jwk, { name: "Ed25519" }, false, ["verify"]);
      return Boolean(new DecompressionStream("deflate"));
    } catch {
      return false;
    }
  };

  return { verify, readList, isAble, inflate };
})();
