// What whoever types `npm start` or `yarn` before anything is installed gets to read.
process.stderr.write('error: npm and yarn cannot run this course; type: npx --yes pnpm start\n')
process.exitCode = 1
