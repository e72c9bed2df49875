import ServingTypes

/// What KV costs on the way from one worker to another under one codec; bytes are those before encoding.
///
/// Encoding, wire and decoding run at the same time on different chunks, so that the slowest sets the pace.
struct KVRoute: Sendable {
    /// The slowest of encoding, wire and decoding, in seconds.
    var secondsPerByte: Double
    /// Encoding and decoding one after the other, in seconds: what the last bytes take beside the wire.
    var codecSecondsPerByte: Double
    /// Seconds until what is on the way already has landed.
    var backlog: Double
    /// Bytes sent per byte.
    var sizeRatio: Double

    /// KV as it is: nothing but the wire.
    init(bytesPerSecond: Double, backlog: Double) {
        secondsPerByte = 1 / bytesPerSecond
        codecSecondsPerByte = 0
        self.backlog = backlog
        sizeRatio = 1
    }

    /// The same wire with a codec in front and behind; `lanes` threads encode, and as many decode.
    func coded(sender: KVCodecRate, receiver: KVCodecRate, lanes: Int) -> KVRoute {
        let encode = 1 / (sender.encodeBytesPerSecond * Double(lanes))
        let decode = 1 / (receiver.decodeBytesPerSecond * Double(lanes))
        var route = self
        route.secondsPerByte = max(encode, secondsPerByte * sender.sizeRatio, decode)
        route.codecSecondsPerByte = encode + decode
        route.sizeRatio = sender.sizeRatio
        return route
    }

    /// What a transfer in `groups` equal parts takes longer than the prefill that makes them: `max(0, S/B −
    /// T·(n−1)/n − S/(nB)) + S/(nB)`, and the codec's time for the last part.
    ///
    /// Bytes already on the way go first; the time before the prefill lets them drain.
    func exposed(bytes: Int, groups: Int, wait: Double, prefill: Double) -> Double {
        guard bytes > 0 else { return 0 }
        let n = Double(groups)
        let wire = Double(bytes) * secondsPerByte
        let hidden = prefill * (n - 1) / n
        let lastCodec = Double(bytes) / n * codecSecondsPerByte
        return max(0, max(0, backlog - wait) + wire - hidden - wire / n) + wire / n + lastCodec
    }

    /// What it takes to get blocks that another worker holds, from the question to the last block.
    func fetch(bytes: Int, groups: Int, latency: Double) -> Double {
        let lastCodec = Double(bytes) / Double(groups) * codecSecondsPerByte
        return latency + backlog + Double(bytes) * secondsPerByte + lastCodec
    }
}
