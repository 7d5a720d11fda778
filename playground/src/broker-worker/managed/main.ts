// The worker of a broker with its management API. It has everything in one file, also what only streams need.
import './buffer.ts'

import '../main.ts'
