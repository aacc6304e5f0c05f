/**
 * The entry point. It checks the version of Node.js before anything else is loaded: GitHub's runner uses the right one,
 * but other runners use any `node` on the PATH, and an old one cannot parse the rest. Therefore this file is not bundled
 * with the rest, and runs on any version of Node.js that supports ES modules.
 */
const OLDEST = [22, 18];
const version = process.versions.node;
const [major = 0, minor = 0] = version.split('.').map(Number);
if (major > OLDEST[0] || (major === OLDEST[0] && minor >= OLDEST[1])) {
    import('./run/main.js');
}
else {
    process.exitCode = 1;
    console.log(`::error title=Node.js ${version} is too old::This action requires Node.js 24 (${OLDEST.join('.')} or later also works), but was started with Node.js ${version}. Runners other than GitHub's, such as act and those of Gitea and Forgejo, start actions with the first \`node\` on the PATH of the job: use an image with Node.js 24, or install it on the runner.`);
}
export {};
