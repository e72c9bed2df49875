/// The release that this build is.
public enum Version {
    /// `major.minor.patch`.
    public static let text = "0.1.0"
}
