/// A certificate of the process whose files may be replaced while it runs.
public protocol ReloadableCertificate: Sendable {
    /// What it is for: `tls` or `https`.
    var use: String { get }

    /// The certificate's file.
    var certificatePath: String { get }

    /// Every file that it needs.
    var paths: [String] { get }

    /// Serial number of the one in use, in hexadecimal.
    var serial: String { get }

    /// When the one in use ends, in seconds since 1970.
    var expiryUnixSeconds: Int64 { get }

    /// Reads the files again; what was loaded before stays in use when that throws.
    func reload() throws
}
