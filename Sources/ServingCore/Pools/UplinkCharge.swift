/// What placement is to expect of one site's uplink.
public struct UplinkCharge: Hashable, Sendable {
    /// One direction.
    public struct Way: Hashable, Sendable {
        /// Seconds that a further transfer waits for those placed before.
        public var waitSeconds = 0.0
        /// What may cross on average, in bytes per second; `nil` leaves it to what is measured.
        public var bytesPerSecond: Double?

        /// Nothing to wait for.
        public init(waitSeconds: Double = 0, bytesPerSecond: Double? = nil) {
            self.waitSeconds = waitSeconds
            self.bytesPerSecond = bytesPerSecond
        }
    }

    /// What leaves the site.
    public var out = Way()
    /// What enters it.
    public var into = Way()
    /// Whether prefixes may be fetched from other sites, and by them.
    public var sharesPrefixes = true

    /// No limit.
    public init() {}

    /// States both directions.
    public init(out: Way, into: Way, sharesPrefixes: Bool) {
        self.out = out
        self.into = into
        self.sharesPrefixes = sharesPrefixes
    }
}
