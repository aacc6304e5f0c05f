/** Hosts that a source address may start with, without a scheme. Source: go-getter. */
const HOSTS = /^(github\.com|gitlab\.com|bitbucket\.org)\//i;
/** `git::`, `s3::`, `https://`, and Git's `user@host:path`. */
const FORCED = /^([A-Za-z0-9]+::|[A-Za-z][A-Za-z0-9+.-]+:\/\/|[\w.-]+@[\w.-]+:)/;
/** `app.terraform.io/organization/name`: a host with an optional port, then two or more names. */
const REGISTRY = /^[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)*\.(com|io|org|net|dev|cloud)(:\d+)?\/[^/]+\/./i;
/** `s3-eu-west-1.amazonaws.com/bucket/…`, which go-getter treats as a bucket. */
const BUCKET = /^[\w.-]+\.amazonaws\.com\//i;

/** Whether a `source` is outside the repository. `./x`, `../x` and `x/y.sentinel` are not. */
export function isRemoteSource(source: string): boolean {
  const address = source.trim();
  return [HOSTS, FORCED, REGISTRY, BUCKET].some((pattern) => pattern.test(address));
}
