// A real provider of OpenID Connect, with one client and whoever the test says is in front of the screen.
// usage: node provider.mjs PORT REDIRECT_URI plain|signed
import http from "node:http";
import Provider from "oidc-provider";

const [port, redirect, userinfo] = process.argv.slice(2);
const issuer = `http://127.0.0.1:${port}`;
let person = { sub: "nobody" };

const provider = new Provider(issuer, {
  clients: [{
    client_id: "mercuriale",
    client_secret: "a secret for a test, and for nothing else",
    redirect_uris: [redirect],
    ...(userinfo === "signed" ? { userinfo_signed_response_alg: "RS256" } : {}),
  }],
  claims: { openid: ["sub"], email: ["email", "email_verified"] },
  features: { devInteractions: { enabled: false }, jwtUserinfo: { enabled: true } },
  // Asked for by who uses it, and by nobody else: ProConnect refuses it.
  pkce: { required: () => false },
  cookies: { keys: ["a key for a test"] },
  findAccount: async (_, sub) => ({ accountId: sub, claims: async () => ({ ...person, sub }) }),
  interactions: { url: (_, interaction) => `/interaction/${interaction.uid}` },
});

// Whoever is asked says yes at once.
async function interact(request, response) {
  const { prompt, params, grantId } = await provider.interactionDetails(request, response);
  if (person.sub === "refuses") {
    return provider.interactionFinished(request, response, { error: "access_denied" });
  }
  if (prompt.name === "login") {
    return provider.interactionFinished(request, response, { login: { accountId: person.sub } });
  }
  const grant = grantId
    ? await provider.Grant.find(grantId)
    : new provider.Grant({ accountId: person.sub, clientId: params.client_id });
  grant.addOIDCScope("openid email");
  return provider.interactionFinished(request, response, { consent: { grantId: await grant.save() } });
}

const answer = provider.callback();
http.createServer(async (request, response) => {
  const { pathname, searchParams } = new URL(request.url, issuer);
  if (pathname === "/person") {
    person = JSON.parse(searchParams.get("is"));
    return response.end("ok");
  }
  try {
    await (pathname.startsWith("/interaction/") ? interact(request, response) : answer(request, response));
  } catch (error) {
    response.statusCode = 500;
    response.end(String(error));
  }
}).listen(Number(port), "127.0.0.1");
