// @ts-check
// Every request to the server. A 401 just after the first visit means that the cookie is on its way: try again shortly.

import { released } from "../shared/dom.js";
import { reach, Unreachable } from "./reachability.js";
import { t } from "../shared/page/words.js";

export class ApiError extends Error {
  /**
   * @param {number} status
   * @param {string} message
   */
  constructor(status, message) {
    super(message);
    this.status = status;
  }
}

const HEADERS = { "X-Sceneloop": "1" };

/**
 * An abort while the body arrives is an abort, never an empty answer.
 * @param {Response} response
 * @returns {Promise<any>}
 */
async function answer(response) {
  const body = await (response.ok ? response.json() : response.json().catch(() => ({})));
  await released();
  if (response.ok) return body;
  throw new ApiError(
    response.status,
    body.error || t("The server answered {status}. Try again.", { status: response.status }),
  );
}

/**
 * @param {string} url
 * @param {RequestInit} options
 * @param {number} [tries]
 * @returns {Promise<any>}
 */
async function send(url, options, tries = 6) {
  const response = await fetch(url, options).catch((error) => {
    if (error.name === "AbortError") throw error;
    reach.suspect();
    throw new Unreachable();
  });
  if (response.status === 401) reach.suspect(); // where the server has users the session has ended: that page is left
  if (response.status === 401 && tries > 0) {
    await new Promise((resolve) => setTimeout(resolve, 250));
    return send(url, options, tries - 1);
  }
  return answer(response);
}

/**
 * The query of an address; what is empty is left out.
 * @param {Record<string, unknown>} query
 */
function search(query) {
  const given = Object.entries(query).filter(([, value]) => value !== null && value !== undefined && value !== "");
  return given.length ? `?${new URLSearchParams(given.map(([name, value]) => [name, String(value)]))}` : "";
}

/** The routes of one workspace; `born` parts its pictures from those of one that had the name before. */
export class Api {
  /** @param {MountData} given */
  constructor({ workspace, born, may }) {
    this.base = `/api/${encodeURIComponent(workspace)}`;
    this.workspace = encodeURIComponent(workspace);
    this.born = born;
    this.allowed = may;
  }

  /**
   * Whether the role of who works allows a route of the workspace, as `POST accept`. The server has the last word.
   * @param {string} route
   */
  may(route) {
    return this.allowed === null || this.allowed.includes(route);
  }

  /**
   * @template {string} P
   * @param {P} path
   * @param {Record<string, unknown>} [query]
   * @param {AbortSignal} [signal]
   * @returns {Promise<AnswerOf<Answers, P>>}
   */
  get(path, query = {}, signal = undefined) {
    return send(`${this.base}/${path}${search(query)}`, { headers: HEADERS, credentials: "same-origin", signal });
  }

  /**
   * @template {string} P
   * @param {P} path
   * @param {unknown} body
   * @param {AbortSignal} [signal]
   * @param {Record<string, unknown>} [query]
   * @returns {Promise<AnswerOf<Posted, P>>}
   */
  post(path, body, signal = undefined, query = {}) {
    const headers = { ...HEADERS, "Content-Type": "application/json" };
    return send(`${this.base}/${path}${search(query)}`, {
      method: "POST",
      headers,
      credentials: "same-origin",
      body: JSON.stringify(body),
      signal,
    });
  }

  /** @param {number} id */
  thumb(id) {
    return `/thumb/${this.workspace}/${id}.webp?b=${this.born}`;
  }
  /** @param {number} id */
  image(id) {
    return `/image/${this.workspace}/${id}?b=${this.born}`;
  }
  /**
   * The picture of a video at a time in seconds; of a frame or a segment, of the video that it lies in.
   * @param {number} id
   * @param {number} seconds
   */
  still(id, seconds) {
    return `/still/${this.workspace}/${id}/${Math.max(0, Math.round(seconds * 1000))}.jpg?b=${this.born}`;
  }
  /** @param {number} id */
  clip(id) {
    return `/clip/${this.workspace}/${id}?b=${this.born}`;
  }
  /**
   * A clip that was looked up, by its job.
   * @param {number} job
   */
  lookedUp(job) {
    return `/clip/${this.workspace}/lookup/${job}?b=${this.born}`;
  }
  /**
   * @param {number} job
   * @param {number} seconds
   */
  lookedUpStill(job, seconds) {
    return `/still/${this.workspace}/lookup/${job}/${Math.max(0, Math.round(seconds * 1000))}.jpg?b=${this.born}`;
  }
}

/** A UUID, also where the page is not a secure context. */
export function uuid() {
  if (crypto.randomUUID) return crypto.randomUUID();
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 15) | 64;
  bytes[8] = (bytes[8] & 63) | 128;
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}
