// Loaded into each program that the tour starts: when the tour goes, however it goes, the program
// hears of it and stops as on Ctrl-C. Without this a killed tour would leave its programs behind.
process.once('disconnect', () => {
  process.kill(process.pid, 'SIGINT')
})
// A program that is done ends; it does not wait for the tour.
process.channel?.unref()
