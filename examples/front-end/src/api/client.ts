import type { TypedDocumentNode } from "@graphql-typed-document-node/core";
import { API_URL } from "../config";

/** The API answered with `errors`, or not at all (`UNREACHABLE`). */
export class ApiError extends Error {
  constructor(
    readonly code: string,
    message: string,
    readonly requestId = "",
  ) {
    super(message);
  }
}

export interface PreviewNotes {
  expiresAt: string;
  placeholders: string[];
}

interface Answer<Result> {
  data?: Result | null;
  errors?: { message: string; extensions: { code: string; requestId?: string } }[];
  extensions?: { preview?: PreviewNotes };
}

type Document<Result, Variables> = TypedDocumentNode<Result, Variables>;

/** Read public content by GET, which browsers and proxies may keep as long as the API says. */
export async function read<Result, Variables>(document: Document<Result, Variables>, variables: Variables): Promise<Result> {
  const query = new URLSearchParams({ documentId: idOf(document) });
  if (Object.keys(variables as object).length) query.set("variables", JSON.stringify(variables));
  return dataOf(await ask<Result>(`${API_URL}?${query}`, { credentials: "omit" }));
}

/** Send what changes something, or holds a secret: never in an address, never kept. */
export async function send<Result, Variables>(document: Document<Result, Variables>, variables: Variables): Promise<Result> {
  return dataOf(await post(document, variables));
}

/** The same for a draft, with the notes of its preview. */
export async function sendForPreview<Result, Variables>(
  document: Document<Result, Variables>,
  variables: Variables,
): Promise<{ data: Result; preview: PreviewNotes }> {
  const answer = await post(document, variables);
  return { data: dataOf(answer), preview: answer.extensions?.preview ?? { expiresAt: "", placeholders: [] } };
}

function post<Result, Variables>(document: Document<Result, Variables>, variables: Variables): Promise<Answer<Result>> {
  return ask(API_URL, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ documentId: idOf(document), variables }),
    cache: "no-store",
    credentials: "omit",
  });
}

async function ask<Result>(address: string, options: RequestInit): Promise<Answer<Result>> {
  try {
    const response = await fetch(address, { ...options, signal: AbortSignal.timeout(20_000) });
    return (await response.json()) as Answer<Result>;
  } catch (cause) {
    throw new ApiError("UNREACHABLE", `The API at ${API_URL} did not answer: ${String(cause)}`);
  }
}

function dataOf<Result>({ data, errors }: Answer<Result>): Result {
  const error = errors?.[0];
  if (error) throw new ApiError(error.extensions.code, error.message, error.extensions.requestId);
  if (!data) throw new ApiError("UNREACHABLE", "The API answered without data.");
  return data;
}

// Code generation leaves the id in place of the document (see codegen.ts).
function idOf(document: Document<unknown, never> | Document<never, never>): string {
  const { hash } = (document as unknown as { __meta__: { hash: string } }).__meta__;
  return hash;
}
