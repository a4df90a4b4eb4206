// JSON, or an error: a page of HTML, a redirect and a dead line are all "not now".
export async function ask(address, options = {}) {
  const answer = await fetch(address, { cache: "no-store", redirect: "error", ...options });
  if (![200, 400, 401, 403, 404, 409].includes(answer.status)) throw new Error(`${answer.status}`);
  return { status: answer.status, body: await answer.json() };
}
