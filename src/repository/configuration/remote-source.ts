/** Hosts that Terraform's and Sentinel's source addresses may begin with, no scheme needed. Source: go-getter. */
const HOSTS = /^(github\.com|gitlab\.com|bitbucket\.org)\//i;
/** `git::`, `s3::`, `https://`, and Git's `user@host:path`. */
const FORCED = /^([A-Za-z0-9]+::|[A-Za-z][A-Za-z0-9+.-]+:\/\/|[\w.-]+@[\w.-]+:)/;
/** `app.terraform.io/organization/name`: a host, with a port or not, then two or more names. */
const REGISTRY = /^[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)*\.(com|io|org|net|dev|cloud)(:\d+)?\/[^/]+\/./i;
/** `s3-eu-west-1.amazonaws.com/bucket/…`, which go-getter takes for a bucket. */
const BUCKET = /^[\w.-]+\.amazonaws\.com\//i;

/** Whether a `source` leads out of the repository; `./x`, `../x` and `x/y.sentinel` do not. */
export function isRemoteSource(source: string): boolean {
  const address = source.trim();
  return [HOSTS, FORCED, REGISTRY, BUCKET].some((pattern) => pattern.test(address));
}
