// The server's answers. Failures are ApiError with the server's code.
// A lone surrogate in a text goes out as its JSON escape, by JSON.stringify.

export class ApiError extends Error {
  constructor(code, message) {
    super(message);
    this.code = code;
  }
}

async function ask(path, options) {
  let response;
  try {
    response = await fetch(path, { ...options, cache: "no-store" });
  } catch (error) {
    if (error.name === "AbortError") throw error;
    throw new ApiError("offline", String(error));
  }
  if (response.ok) return response;
  const told = await response.json().catch(() => ({}));
  throw new ApiError(told.error ?? "other", told.message ?? `HTTP ${response.status}`);
}

function post(path, value, signal) {
  return ask(path, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(value),
    signal,
  });
}

export const about = async () => (await ask("/api/model")).json();
export const classify = async (text, doc, signal) => (await post("/api/classify", { text, doc }, signal)).json();
export const explain = async (text, label, signal) => (await post("/api/explain", { text, label }, signal)).json();
export const correct = async (correction) => (await post("/api/corrections", correction)).json();
export const askedLines = async () => (await ask("/api/review")).json();
export const askedLine = async (number) => (await ask(`/api/review/${number}`)).json();
export const exported = async (request) => (await post("/api/export", request)).blob();

export async function readFile(file) {
  const options = { method: "POST", headers: { "content-type": file.type || "application/octet-stream" }, body: file };
  return (await ask("/api/read", options)).json();
}
