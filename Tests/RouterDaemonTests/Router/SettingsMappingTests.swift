import ServingCore
import ServingTypes
import Settings
import Testing

@testable import RouterDaemon

/// What the operator writes arrives where it counts.
@Suite struct SettingsMappingTests {
    static let layout = KVLayout(layerCount: 4, kvHeadCount: 2, headDim: 8, type: .f16, blockTokens: 16)

    static func settings(_ change: (inout RouterSettings) -> Void = { _ in }) -> RouterSettings {
        let tls = TLSFiles(authorityPath: "a", certificatePath: "b", privateKeyPath: "c")
        var settings = RouterSettings(name: "r1", cluster: "lab", tls: tls, vocabularyPath: "v")
        change(&settings)
        return settings
    }

    @Test func `links and fetches are scored as the settings say`() {
        let settings = Self.settings {
            $0.placement.priorBytesPerSecond = 5_000_000
            $0.placement.leastSaving = .milliseconds(7)
            $0.placement.leastSavingShare = 0.25
            $0.placement.lanes = 3
            $0.sites = [Site(name: "b", uplinkRate: 1e6, downlinkRate: 2e6)]
        }
        let core = RouterCoreSettings(settings, layout: Self.layout)
        #expect(core.links.priorBytesPerSecond == 5e6)
        #expect(core.links.uplinks == ["b": SiteUplink(outBytesPerSecond: 1e6, inBytesPerSecond: 2e6)])
        #expect(core.placement.leastSaving == .milliseconds(7) && core.placement.leastSavingShare == 0.25)
        #expect(core.placement.lanes == 3 && core.placement.maxFetchSources > 0)
        let off = RouterCoreSettings(Self.settings { $0.placement.fetch = false }, layout: Self.layout)
        #expect(off.placement.maxFetchSources == 0)
    }

    @Test func `each class allows what the settings say, and exact is always there`() {
        let budget = KVBudget(tokens: 512, sinkTokens: 2, recentTokens: 32)
        let settings = Self.settings {
            $0.requestClasses = [RequestClass(name: "fast", codecs: [.raw, .q8], budget: budget)]
            $0.defaultClass = "fast"
        }
        let node = RouterNodeSettings(settings, modelDigest: Bytes128(high: 0, low: 1))
        #expect(node.qualities.keys.sorted() == ["exact", "fast"])
        #expect(node.qualities["exact"] == .exact)
        #expect(node.qualities["fast"] == KVQuality(codecs: [.raw, .q8], budget: budget))
        let http = HTTPServerSettings(settings)
        #expect(http.requestClasses == RequestClasses(names: ["exact", "fast"], standard: "fast"))
    }
}
