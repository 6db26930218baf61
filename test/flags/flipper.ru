# A Flipper with its API and its pages, which keeps its features in memory.
require 'pathname'
require 'set'
require 'flipper'
require 'flipper/adapters/memory'
require 'flipper-api'
require 'flipper-ui'
require 'securerandom'
begin
  require 'rack/session'
rescue LoadError
  # Rack 2 has sessions of its own.
  require 'rack/session/cookie'
end

FLIPPER = Flipper.new(Flipper::Adapters::Memory.new(threadsafe: true))

map('/flipper/api') { run Flipper::Api.app(FLIPPER) }
map('/flipper') do
  use Rack::Session::Cookie, secret: SecureRandom.hex(64)
  run Flipper::UI.app(FLIPPER)
end
