import { createPrivateKey, generateKeyPairSync, randomBytes, sign } from 'node:crypto';

/** A key and a certificate for an address and a host that is its own authority, made on the spot. */
export function selfSignedCertificate({ address = '127.0.0.1', host = 'localhost' } = {}): {
  key: string;
  cert: string;
} {
  const { publicKey, privateKey } = generateKeyPairSync('ec', {
    namedCurve: 'prime256v1',
    publicKeyEncoding: { type: 'spki', format: 'der' },
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  });
  const body = certificateBody(publicKey, { address, host });
  const signature = sign('sha256', body, createPrivateKey(privateKey));
  const certificate = sequence(body, ecdsaWithSha256, bitString(signature));
  const base64 = certificate.toString('base64').replaceAll(/.{64}/g, '$&\n');
  const cert = `-----BEGIN CERTIFICATE-----\n${base64.trimEnd()}\n-----END CERTIFICATE-----\n`;
  return { key: privateKey, cert };
}

/** TBSCertificate of RFC 5280. */
function certificateBody(publicKey: Buffer, names: Names): Buffer {
  const name = sequence(der(0x31, sequence(objectId('550403'), der(0x0c, Buffer.from('stand-in')))));
  const day = 24 * 60 * 60 * 1000;
  const validity = sequence(time(Date.now() - day), time(Date.now() + day));
  const serial = der(0x02, Buffer.concat([Buffer.from([1]), randomBytes(8)]));
  const version = der(0xa0, der(0x02, Buffer.from([2])));
  return sequence(version, serial, ecdsaWithSha256, name, validity, name, publicKey, extensions(names));
}

type Names = { address: string; host: string };

function extensions(names: Names): Buffer {
  const address = der(0x87, Buffer.from(names.address.split('.').map(Number)));
  const host = der(0x82, Buffer.from(names.host));
  const isAuthority = sequence(der(0x01, Buffer.from([0xff])));
  return der(0xa3, sequence(extension('551d11', sequence(address, host)), extension('551d13', isAuthority)));
}

function extension(id: string, value: Buffer): Buffer {
  return sequence(objectId(id), der(0x04, value));
}

const ecdsaWithSha256 = sequence(objectId('2a8648ce3d040302'));

function sequence(...parts: Buffer[]): Buffer {
  return der(0x30, Buffer.concat(parts));
}

function objectId(hex: string): Buffer {
  return der(0x06, Buffer.from(hex, 'hex'));
}

function bitString(bits: Buffer): Buffer {
  return der(0x03, Buffer.concat([Buffer.from([0]), bits]));
}

function time(milliseconds: number): Buffer {
  const digits = new Date(milliseconds).toISOString().replaceAll(/[-:T]|\.\d+/g, '');
  return der(0x18, Buffer.from(digits));
}

function der(tag: number, content: Buffer): Buffer {
  const length =
    content.length < 0x80
      ? [content.length]
      : content.length < 0x100
        ? [0x81, content.length]
        : [0x82, content.length >> 8, content.length & 0xff];
  return Buffer.concat([Buffer.from([tag, ...length]), content]);
}
