internal import NIOCore

/// One file of the page, held in the program.
struct PageAsset: Sendable {
    /// Its last path component under `/ui/`; empty for the page itself.
    let name: String
    /// With its character set.
    let contentType: String
    let body: ByteBuffer
    /// Changes whenever the content does.
    let entityTag: String

    init(_ name: String, _ contentType: String, _ bytes: [UInt8]) {
        self.name = name
        self.contentType = contentType
        body = ByteBuffer(bytes: bytes)
        entityTag = Self.entityTag(of: bytes)
    }

    /// The whole page.
    static let all: [PageAsset] = {
        let script = "text/javascript; charset=utf-8"
        return [
            PageAsset("", "text/html; charset=utf-8", PackageResources.page_html),
            PageAsset("page.css", "text/css; charset=utf-8", PackageResources.page_css),
            PageAsset("icon.svg", "image/svg+xml", PackageResources.icon_svg),
            PageAsset("theme.js", script, PackageResources.theme_js),
            PageAsset("page.js", script, PackageResources.page_js),
            PageAsset("dom.js", script, PackageResources.dom_js),
            PageAsset("format.js", script, PackageResources.format_js),
            PageAsset("source.js", script, PackageResources.source_js),
            PageAsset("cluster.js", script, PackageResources.cluster_js),
            PageAsset("charts.js", script, PackageResources.charts_js),
            PageAsset("requests.js", script, PackageResources.requests_js),
            PageAsset("explain.js", script, PackageResources.explain_js),
            PageAsset("chat.js", script, PackageResources.chat_js),
        ]
    }()

    /// FNV-1a with 64 bits: names a version among those of one file, nothing depends on it being hard to forge.
    static func entityTag(of bytes: [UInt8]) -> String {
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325
        for byte in bytes { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
        return "\"\(String(hash, radix: 16))-\(bytes.count)\""
    }
}
