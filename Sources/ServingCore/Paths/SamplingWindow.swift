import ServingTypes

/// The stretch between two acknowledgements over which a rate is taken, with a mark near its middle.
struct SamplingWindow: Sendable {
    /// Growth or fall between neighbouring stretches beyond which a rate is not steady.
    static let steadyRatio = 1.25

    let start: AcknowledgementMark
    var middle: AcknowledgementMark?
    let end: AcknowledgementMark

    /// Bytes per second: over the time of the acknowledgements, or of the sends when those took longer.
    ///
    /// Acknowledgements that were held up and then come at once therefore cannot show more than was sent.
    var rate: Double { Self.rate(from: start, to: end) }

    var duration: Duration { end.time - start.time }

    /// How its second half compares with its first, above 1 when it grew; `nil` without a middle.
    var growth: Double? {
        guard let middle else { return nil }
        let first = Self.rate(from: start, to: middle)
        return first > 0 ? Self.rate(from: middle, to: end) / first : .infinity
    }

    /// The window as evidence.
    ///
    /// - Parameter isSteady: whether the network set the pace all the time, so that the rate bounds the path.
    func sample(isSteady: Bool) -> PathSample {
        let rate = rate
        let high = isSteady ? rate + otherRate : .infinity
        return PathSample(low: rate, high: high, duration: duration)
    }

    /// What the sender's other paths got meanwhile; infinite when they had bytes in flight and no word of
    /// them.
    private var otherRate: Double {
        guard end.egress.sharedTime > start.egress.sharedTime else { return 0 }
        let all = end.egress.delivered - start.egress.delivered
        let other = all - (end.delivered - start.delivered)
        return other > 0 ? Double(other) / duration.inSeconds : .infinity
    }

    private static func rate(from start: AcknowledgementMark, to end: AcknowledgementMark) -> Double {
        let interval = max(end.time - start.time, end.sentAt - start.sentAt)
        return interval > .zero ? Double(end.delivered - start.delivered) / interval.inSeconds : 0
    }
}
