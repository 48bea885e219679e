internal import CPVXS
public import Component

/// The libraries behind PV Access.
public enum PVAccessLibrary {
    public static var nativeParts: [NativePart] {
        [
            NativePart(
                name: "PVXS",
                version: unsafe String(cString: pvx_version()),
                fileNamePart: "libpvxs.so",
                isCompatible: pvx_is_compatible(),
                licence: "BSD-3-Clause"
            ),
            NativePart(
                name: "EPICS libCom",
                version: unsafe String(cString: pvx_epics_version()),
                fileNamePart: "libCom.so",
                isCompatible: true,
                licence: "EPICS Open License"
            ),
        ]
    }
}
