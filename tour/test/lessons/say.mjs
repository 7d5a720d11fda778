// The program of the lessons in this folder: says its words, each on a line; "fail" ends it badly.
for (const word of process.argv.slice(2)) {
  if (word === 'fail') {
    process.stderr.write('error: there was no way\n')
    process.exitCode = 3
  } else process.stdout.write(`${word}\n`)
}
