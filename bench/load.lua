-- Sends one request over and over, each time with a new token when requests are to differ. After
-- its time it starts no more, waits for all answers, and says so: nothing is left half done.
-- Arguments: a file with the request, unlike|alike, the first token's number, seconds, connections,
-- and checked|unchecked: whether each answer is looked at, which takes time.

local ffi = require('ffi')
ffi.cdef [[
  typedef struct { long seconds; long nanoseconds; } timespec_of_load;
  int clock_gettime(int clock, timespec_of_load *time);
]]

local time = ffi.new('timespec_of_load')
local placeholder = 'r000000000000'
local parts = {}
local text, unlike, number, seconds, connections
local started, sent, parked, wrong = nil, 0, 0, 0

local function now()
  ffi.C.clock_gettime(1, time)
  return tonumber(time.seconds) + tonumber(time.nanoseconds) / 1e9
end

function init(args)
  local file = assert(io.open(args[1], 'rb'))
  text = file:read('*a')
  file:close()
  unlike = args[2] == 'unlike'
  number, seconds, connections = tonumber(args[3]), tonumber(args[4]), tonumber(args[5])
  local from = 1
  while true do
    local first, last = text:find(placeholder, from, true)
    parts[#parts + 1] = text:sub(from, (first or 0) - 1)
    if not first then break end
    from = last + 1
  end
  if args[6] == 'checked' then response = check end
end

function check(_, _, body)
  if not body:find('"data":{', 1, true) or body:find('"errors":', 1, true) then wrong = wrong + 1 end
end

function request()
  -- wrk asks for one before the start, to count its parts, and does not send it.
  if started then sent = sent + 1 end
  if not unlike then return text end
  number = number + 1
  return table.concat(parts, string.format('r%012d', number))
end

-- Called whenever a connection is free. What is parked waits for longer than any run.
function delay()
  started = started or now()
  local elapsed = now() - started
  if elapsed < seconds then return 0 end
  parked = parked + 1
  if parked == connections then
    io.write(string.format('drained %d %.6f %d\n', sent, elapsed, wrong))
    io.flush()
  end
  return 3600000
end

function done(summary, latency)
  local errors = summary.errors
  local failed = errors.connect + errors.read + errors.write + errors.status + errors.timeout
  io.write(string.format('summary %d %d %d %d %d\n', summary.requests, failed, summary.bytes,
    latency:percentile(50), latency:percentile(99)))
end
