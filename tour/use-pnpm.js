// The answer to `npm start` before anything is installed, and to every yarn command.
process.stderr.write('error: npm and yarn cannot run this course; type: npx --yes pnpm start\n')
process.exitCode = 1
