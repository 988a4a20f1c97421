//go:build linux || darwin

package session

// Owns: a disk that fails when a test says so. It is SQLite's own way to the
// disk, of which the methods that change something count, and fail. The
// library's functions take a type that only the library names; the type
// parameter T stands for it.

import (
	"fmt"
	"reflect"
	"sync"
	"syscall"
	"testing"
	"unsafe"

	sqlite3 "modernc.org/sqlite/lib"
)

// The operations of a disk that can fail.
const (
	diskWrite    = "write"
	diskSync     = "sync"
	diskTruncate = "truncate"
	diskShared   = "shared memory"
)

// disk is the one disk that fails.
var disk struct {
	sync.Mutex
	calls map[string]int
	after map[string]int // the call of that number, and all of the next times, fail
	times int            // how many calls fail; less than 0: all from then on
	code  int32
	short bool // a write that fails writes the half of it
	hits  int
}

// healDisk lets everything work; the calls are counted anew.
func healDisk() {
	disk.Lock()
	defer disk.Unlock()
	disk.calls, disk.after, disk.hits = map[string]int{}, map[string]int{}, 0
}

// breakDisk lets some calls of an operation fail, from the nth from now on.
func breakDisk(op string, n, times int, code int32, short bool) {
	healDisk()
	disk.Lock()
	defer disk.Unlock()
	disk.after[op], disk.times, disk.code, disk.short = n, times, code, short
}

// diskHits returns how many calls have failed.
func diskHits() int {
	disk.Lock()
	defer disk.Unlock()
	return disk.hits
}

// called counts a call, and returns the code with which it is to fail.
func called(op string) (code int32, short bool) {
	disk.Lock()
	defer disk.Unlock()
	disk.calls[op]++
	first, is := disk.after[op]
	if n := disk.calls[op]; !is || n < first || disk.times >= 0 && n >= first+disk.times {
		return 0, false
	}
	disk.hits++
	return disk.code, disk.short
}

// brittle is the name of the disk for [Options].with.
const brittle = "&vfs=brittle"

var (
	brittleMethods = map[uintptr]*sqlite3.Tsqlite3_io_methods{}
	makeDisk       sync.Once
)

// brittleDisk makes sure that the disk is there, and works.
func brittleDisk(t *testing.T) {
	t.Helper()
	ok(t, openStoreOnce(t))
	makeDisk.Do(func() { install(sqlite3.Xsqlite3_vfs_find, sqlite3.Xsqlite3_vfs_register) })
	healDisk()
	t.Cleanup(healDisk)
}

// openStoreOnce makes SQLite ready.
func openStoreOnce(t *testing.T) error {
	t.Helper()
	return newStore(t).read.PingContext(t.Context())
}

func install[T any](find func(T, uintptr) uintptr, register func(T, uintptr, int32) int32) {
	thread, _ := reflect.New(reflect.TypeFor[T]().Elem()).Interface().(T)
	usual := find(thread, 0)
	vfs := outside(*(*sqlite3.Tsqlite3_vfs)(at(usual)))
	vfs.FpNext = 0
	vfs.FzName = uintptr(unsafe.Pointer(outside([8]byte([]byte("brittle\x00")))))
	open := function[func(T, uintptr, uintptr, uintptr, int32, uintptr) int32](vfs.FxOpen)
	vfs.FxOpen = pointer(func(thread T, vfs, name, file uintptr, flags int32, out uintptr) int32 {
		rc := open(thread, vfs, name, file, flags, out)
		if f := (*sqlite3.Tsqlite3_file)(at(file)); rc == sqlite3.SQLITE_OK && f.FpMethods != 0 {
			wrap[T](f)
		}
		return rc
	})
	if rc := register(thread, uintptr(unsafe.Pointer(vfs)), 0); rc != sqlite3.SQLITE_OK {
		panic(fmt.Sprint("register the disk: ", rc))
	}
}

// wrap puts our methods before those of a file. A database has others than its
// journal.
func wrap[T any](f *sqlite3.Tsqlite3_file) {
	disk.Lock()
	defer disk.Unlock()
	ours := brittleMethods[f.FpMethods]
	if ours == nil {
		m := outside(*(*sqlite3.Tsqlite3_io_methods)(at(f.FpMethods)))
		write := function[func(T, uintptr, uintptr, int32, int64) int32](m.FxWrite)
		m.FxWrite = pointer(func(thread T, file, data uintptr, size int32, offset int64) int32 {
			code, short := called(diskWrite)
			if code == 0 || short {
				if code != 0 {
					size /= 2
				}
				if rc := write(thread, file, data, size, offset); rc != 0 || code == 0 {
					return rc
				}
			}
			return code
		})
		truncate := function[func(T, uintptr, int64) int32](m.FxTruncate)
		m.FxTruncate = pointer(func(thread T, file uintptr, size int64) int32 {
			if code, _ := called(diskTruncate); code != 0 {
				return code
			}
			return truncate(thread, file, size)
		})
		sync := function[func(T, uintptr, int32) int32](m.FxSync)
		m.FxSync = pointer(func(thread T, file uintptr, flags int32) int32 {
			if code, _ := called(diskSync); code != 0 {
				return code
			}
			return sync(thread, file, flags)
		})
		if m.FxShmMap == 0 {
			ours = m
			brittleMethods[f.FpMethods] = ours
			f.FpMethods = uintptr(unsafe.Pointer(ours))
			return
		}
		share := function[func(T, uintptr, int32, int32, int32, uintptr) int32](m.FxShmMap)
		m.FxShmMap = pointer(func(thread T, file uintptr, page, size, extend int32, out uintptr) int32 {
			if code, _ := called(diskShared); code != 0 {
				return code
			}
			return share(thread, file, page, size, extend, out)
		})
		ours = m
		brittleMethods[f.FpMethods] = ours
	}
	f.FpMethods = uintptr(unsafe.Pointer(ours))
}

// outside puts a value into memory that is not Go's: the race detector's checks
// of pointers refuse what the library makes of an address in Go's.
func outside[V any](v V) *V {
	memory, err := syscall.Mmap(-1, 0, int(unsafe.Sizeof(v)), syscall.PROT_READ|syscall.PROT_WRITE, syscall.MAP_ANON|syscall.MAP_PRIVATE)
	if err != nil {
		panic(fmt.Sprint("get memory for the disk: ", err))
	}
	p := (*V)(unsafe.Pointer(&memory[0]))
	*p = v
	return p
}

// at, function and pointer turn the library's addresses into Go's values, and
// the other way round, as the library itself does.
func at(address uintptr) unsafe.Pointer { return *(*unsafe.Pointer)(unsafe.Pointer(&address)) }

func function[F any](address uintptr) F {
	return *(*F)(unsafe.Pointer(&struct{ uintptr }{address}))
}

var pointed []any // held: the library keeps addresses, which the collector does not see

func pointer[F any](f F) uintptr {
	held := &struct{ f F }{f}
	pointed = append(pointed, held)
	return *(*uintptr)(unsafe.Pointer(held))
}
