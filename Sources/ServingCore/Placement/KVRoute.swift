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
    /// Rate of the wire alone.
    let bytesPerSecond: Double

    /// KV as it is: nothing but the wire.
    init(_ share: LinkShare) {
        secondsPerByte = 1 / share.bytesPerSecond
        codecSecondsPerByte = 0
        backlog = max(Double(share.backlogBytes) * secondsPerByte, share.uplinkWaitSeconds)
        sizeRatio = 1
        bytesPerSecond = share.bytesPerSecond
    }

    /// A wire with nothing on it.
    init(bytesPerSecond: Double) {
        secondsPerByte = 1 / bytesPerSecond
        codecSecondsPerByte = 0
        backlog = 0
        sizeRatio = 1
        self.bytesPerSecond = bytesPerSecond
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

    /// What a transfer takes longer than the prefill that makes it: `max(0, S/B − T·(m−1)/m − S/(mB)) + S/(mB)` in `m`
    /// parts, the layer groups of each step, and the codec's time for the last part.
    ///
    /// Bytes already on the way go first; the time before the prefill lets them drain.
    ///
    /// - Parameter part: one layer group's share of the bytes.
    @inline(__always) func exposed(bytes: Double, part: Double, behind way: PrefillWay) -> Double {
        guard bytes > 0 else { return 0 }
        let wire = bytes * secondsPerByte
        let lastBytes = min(bytes * part, way.lastBytes)
        let last = lastBytes * secondsPerByte
        return max(0, max(0, backlog - way.wait) + wire - way.hidden - last) + last + lastBytes
            * codecSecondsPerByte
    }

    /// What it takes to get blocks that another worker holds, from the question to the last block.
    func fetch(bytes: Double, part: Double, latency: Double) -> Double {
        latency + backlog + bytes * secondsPerByte + bytes * part * codecSecondsPerByte
    }
}
