import { X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';

const CERTIFICATE = /-----BEGIN CERTIFICATE-----[^-]*-----END CERTIFICATE-----/g;

/**
 * What is wrong with a file of certificates: Node would warn of it in a log, and go on without. What is in the file is
 * never repeated.
 */
export function problemsOfAuthorities(file: string | undefined): string[] {
  if (file === undefined) return [];
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    return [`caFile - got ${(error as NodeJS.ErrnoException).code} for ${file}, expected a file of certificates`];
  }
  if (/PRIVATE KEY-----/.test(text))
    return ['caFile - got a private key in it, expected certificates only; take it out, since the file is uploaded'];
  const certificates = text.match(CERTIFICATE) ?? [];
  if (certificates.length === 0) return ['caFile - got no certificate in it, expected some in PEM'];
  return certificates.flatMap((pem, index) => {
    try {
      new X509Certificate(pem);
      return [];
    } catch {
      return [`caFile - got certificate ${index + 1} that cannot be read, expected PEM`];
    }
  });
}
