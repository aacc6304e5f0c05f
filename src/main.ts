/**
 * What the runner starts. Looks at the version of Node.js before anything else is loaded: GitHub's runner brings the
 * right one, but others take whatever `node` there is, and an old one can neither parse nor run the rest. So this file
 * is not bundled with it, and is written so that a Node.js of any age with ES modules understands it.
 */
const OLDEST = [22, 18] as const;

const version = process.versions.node;
const [major = 0, minor = 0] = version.split('.').map(Number);

if (major > OLDEST[0] || (major === OLDEST[0] && minor >= OLDEST[1])) {
  import('./run/main.ts');
} else {
  process.exitCode = 1;
  console.log(
    `::error title=Node.js ${version} is too old::This action needs Node.js 24 (${OLDEST.join('.')} or later works, too), and was started with Node.js ${version}. Runners other than GitHub's, such as act and those of Gitea and Forgejo, start actions with the first \`node\` on the PATH of the job: take an image that has Node.js 24, or install it where the runner is.`,
  );
}
