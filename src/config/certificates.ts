import { createPrivateKey, type KeyObject, X509Certificate } from "node:crypto";
import { createSecureContext } from "node:tls";

/** What is wrong with a file, as the end of a sentence that begins with its setting. */
export interface FileFault {
  readonly problem: string;
  readonly remedy: string;
}

const chainRemedy = "name a PEM file with the server's certificate first, then its issuers";

/** What keeps a text from being a certificate chain; undefined when nothing does. */
export function chainFault(pem: string): FileFault | undefined {
  if (!pem.includes("-----BEGIN ") || !/-----BEGIN (X509 |TRUSTED )?CERTIFICATE-----/.test(pem)) {
    const problem = pem.includes("PRIVATE KEY-----")
      ? "holds a private key and no certificate"
      : "holds no certificate in PEM";
    return { problem, remedy: chainRemedy };
  }
  const reason = whyNot(() => {
    createSecureContext({ cert: pem });
    new X509Certificate(pem);
  });
  if (reason === undefined) return undefined;
  return { problem: `holds a certificate that cannot be used: ${reason}`, remedy: chainRemedy };
}

/** What keeps a text from being a private key; undefined when nothing does. */
export function keyFault(pem: string): FileFault | undefined {
  if (!/-----BEGIN [A-Z ]*PRIVATE KEY-----/.test(pem)) {
    const problem = pem.includes("CERTIFICATE-----")
      ? "holds a certificate and no private key"
      : "holds no private key in PEM";
    return { problem, remedy: "name the PEM file of the private key that tls-cert was issued for" };
  }
  if (/-----BEGIN ENCRYPTED |^Proc-Type: 4,ENCRYPTED/m.test(pem)) {
    return {
      problem: "holds a private key that is encrypted, and nobody is there to type its passphrase",
      remedy: "decrypt it with `openssl pkey -in FILE -out PLAIN` and name that file",
    };
  }
  const reason = whyNot(() => createPrivateKey(pem));
  if (reason === undefined) return undefined;
  const problem = `holds a private key that cannot be used: ${reason}`;
  return { problem, remedy: "write the key's file anew; it may be cut off or changed" };
}

/** What keeps a chain and a key, each of them right, from serving together. */
export function pairFault(chain: string, key: string): FileFault | undefined {
  const certificate = new X509Certificate(chain);
  const secret: KeyObject = createPrivateKey(key);
  if (!certificate.checkPrivateKey(secret)) {
    return {
      problem: "does not belong to the first certificate of tls-cert",
      remedy: "name the key that this certificate was issued for, or the certificate of this key",
    };
  }
  const reason = whyNot(() => createSecureContext({ cert: chain, key }));
  if (reason === undefined) return undefined;
  return { problem: `cannot serve with tls-cert: ${reason}`, remedy: "issue both anew" };
}

/** Why something cannot be done, in OpenSSL's words without its numbers. */
function whyNot(attempt: () => unknown): string | undefined {
  try {
    attempt();
    return undefined;
  } catch (error) {
    const { reason, message } = error as Error & { reason?: string };
    return reason ?? message;
  }
}
