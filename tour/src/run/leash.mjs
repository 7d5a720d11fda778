// Preloaded into each program that the tour starts. When the tour ends for any reason, its channel
// closes, and the program stops as on Ctrl-C. Otherwise a killed tour would leave programs running.
process.once('disconnect', () => {
  process.kill(process.pid, 'SIGINT')
})
// The channel must not keep a program running that has finished.
process.channel?.unref()
