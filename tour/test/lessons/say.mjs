// The program of the lessons in this folder. It prints each argument on a line; "fail" makes it fail.
for (const word of process.argv.slice(2)) {
  if (word === 'fail') {
    process.stderr.write('error: asked to fail\n')
    process.exitCode = 3
  } else process.stdout.write(`${word}\n`)
}
