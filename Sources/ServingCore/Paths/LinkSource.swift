/// Where the rate of a link is known from.
public enum LinkSource: String, Hashable, Sendable {
    /// The setting: nothing was sampled yet.
    case prior
    /// Transfers.
    case measured
    /// A probe.
    case probed
}
