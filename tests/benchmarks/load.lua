-- What wrk sends: records of a file, one a line, one after another, each to be answered as a PDF.
-- BODIES=FILE   the records
-- KEYED=1       each is of another person and has a key of its own, as what is issued has

local bodies, made, sent = {}, {}, 0
for line in io.lines(os.getenv("BODIES")) do bodies[#bodies + 1] = line end
local headers = { ["Content-Type"] = "application/json", ["Accept"] = "application/pdf" }
local letters = { "а", "б", "в", "г", "д", "е", "ж", "з", "и", "к" }

local function issued(number)
  local word, rest = "", number
  repeat
    word, rest = letters[rest % 10 + 1] .. word, math.floor(rest / 10)
  until rest == 0
  headers["Idempotency-Key"] = "key-" .. number
  local body = bodies[number % #bodies + 1]:gsub('("surname": "[^"]+)"', "%1" .. word .. '"', 1)
  return wrk.format("POST", nil, headers, body)
end

function init()
  for place, body in ipairs(bodies) do made[place] = wrk.format("POST", nil, headers, body) end
end

function request()
  sent = sent + 1
  return os.getenv("KEYED") and issued(sent) or made[sent % #made + 1]
end

function done(summary, latency)
  local failed = summary.errors.status + summary.errors.timeout + summary.errors.read + summary.errors.connect
  io.write(string.format('\n{"requests": %d, "seconds": %f, "failed": %d, "middle": %f, "late": %f}\n',
    summary.requests, summary.duration / 1e6, failed, latency:percentile(50) / 1e3, latency:percentile(99) / 1e3))
end
