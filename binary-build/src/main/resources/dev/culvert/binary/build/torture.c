// SPDX-License-Identifier: Apache-2.0
// Becomes a part of the collector in a build that collects at every n-th allocation. Before and after
// each collection all references must lead to the start of an object, of a class that there is; then
// all free memory is overwritten, so that whoever still refers to it is found out soon.
#include <stdio.h>

#ifndef CULVERT_GC_EVERY
#define CULVERT_GC_EVERY 50
#endif

void meth_otr_GC_collectGarbageImpl(int32_t);
void meth_otr_GC_collectGarbageFullImpl(int32_t);
void teavm_gc_fixHeap();
int32_t meth_otr_GC_objectSize(void*);
int32_t teavm_isSupertypeOfArray(TeaVM_Class*, TeaVM_Class*);

static int culvert_collections;
static uint8_t* culvert_starts;
static size_t culvert_startCount;

static void culvert_fail(const char* what, void* holder, void* value) {
    fprintf(stderr, "torture: collection %d: %s: in %p: %p\n", culvert_collections, what, holder, value);
    abort();
}

static char* culvert_heap() {
    return teavm_gc_heapAddress;
}

static char* culvert_heapEnd() {
    return culvert_heap() + teavm_gc_availableBytes;
}

static int culvert_isClass(TeaVM_Class* cls) {
    for (int i = 0; i < teavm_classReferencesCount; i++) {
        if (teavm_classReferences[i] == cls) {
            return 1;
        }
    }
    // One that was made at run time.
    return cls->isSupertypeOf == &teavm_isSupertypeOfArray;
}

// A set of the classes that were seen, since the list of all is long.
static int culvert_isKnownClass(TeaVM_Class* cls) {
    static TeaVM_Class* seen[4096];
    size_t place = ((uintptr_t) cls >> 3) % 4096;
    if (seen[place] != cls) {
        if (!culvert_isClass(cls)) {
            return 0;
        }
        seen[place] = cls;
    }
    return 1;
}

static int32_t culvert_checkedSize(char* object) {
    int32_t head = *(int32_t*) object;
    if (head != 0 && (head < 0 || !culvert_isKnownClass(TEAVM_UNPACK_CLASS(head)))) {
        culvert_fail("no object", object, (void*) (intptr_t) head);
    }
    int32_t size = meth_otr_GC_objectSize(object);
    if (size < 8 || size % 8 != 0 || size > culvert_heapEnd() - object) {
        culvert_fail("size", object, (void*) (intptr_t) size);
    }
    return size;
}

static void culvert_findStarts() {
    if (culvert_starts == NULL) {
        culvert_starts = calloc(1, teavm_gc_maxAvailableBytes / 8);
    }
    memset(culvert_starts, 0, culvert_startCount);
    char* object = culvert_heap();
    while (object < culvert_heapEnd()) {
        int32_t size = culvert_checkedSize(object);
        if (*(int32_t*) object != 0) {
            culvert_startCount = (object - culvert_heap()) / 8 + 1;
            culvert_starts[culvert_startCount - 1] = 1;
        }
        object += size;
    }
}

static void culvert_checkReference(const char* what, void* holder, void* reference) {
    char* object = reference;
    if (object < culvert_heap() || object >= culvert_heapEnd()) {
        // None, or a literal.
        if (object != NULL && (*(int32_t*) object >= 0 || !culvert_isKnownClass(TEAVM_CLASS_OF(object)))) {
            culvert_fail(what, holder, reference);
        }
    } else if ((uintptr_t) object % 8 != 0 || culvert_starts[(object - culvert_heap()) / 8] == 0) {
        culvert_fail(what, holder, reference);
    }
}

static void culvert_checkObject(char* object) {
    TeaVM_Class* cls = TEAVM_CLASS_OF(object);
    if (cls->itemType == NULL) {
        for (; cls != NULL; cls = cls->superclass) {
            int16_t* layout = cls->layout;
            for (int i = 1; layout != NULL && i <= layout[0]; i++) {
                culvert_checkReference("field", object, *(void**) (object + layout[i]));
            }
        }
    } else if (teavm_primitiveKind(cls->itemType) == 0) {
        void** items = TEAVM_ARRAY_DATA(object, void*);
        for (int i = 0; i < TEAVM_ARRAY_LENGTH(object); i++) {
            culvert_checkReference("item", object, items[i]);
        }
    }
}

static void culvert_checkRoots() {
    int count = *(int32_t*) teavm_gc_staticRoots;
    for (int i = 1; i <= count; i++) {
        culvert_checkReference("static field", teavm_gc_staticRoots[i], *teavm_gc_staticRoots[i]);
    }
    for (TeaVM_Class* cls = teavm_firstClass; cls != NULL; cls = cls->next) {
        culvert_checkReference("class", cls, cls->classObject);
    }
    for (void* frame = teavm_stackTop; frame != NULL; frame = TEAVM_GET_NEXT_FRAME(frame)) {
        int32_t size = TEAVM_GC_ROOTS_COUNT(frame);
        void** roots = (void**) TEAVM_GET_GC_ROOTS(frame);
        for (int i = 0; i < size; i++) {
            culvert_checkReference("stack", frame, roots[i]);
        }
    }
}

static void culvert_checkHeap() {
    culvert_findStarts();
    char* object = culvert_heap();
    while (object < culvert_heapEnd()) {
        if (*(int32_t*) object != 0) {
            culvert_checkObject(object);
        }
        object += meth_otr_GC_objectSize(object);
    }
    culvert_checkRoots();
}

// The beginning of a large gap is enough: what comes next is allocated there.
static void culvert_spoilGaps() {
    char* object = culvert_heap();
    while (object < culvert_heapEnd()) {
        int32_t size = meth_otr_GC_objectSize(object);
        if (*(int32_t*) object == 0) {
            memset(object + 8, 0xdb, size < 1 << 18 ? size - 8 : 1 << 18);
        }
        object += size;
    }
}

static void culvert_collect(int32_t size) {
    static int left = CULVERT_GC_EVERY;
    if (teavm_gc_staticRoots == NULL || --left > 0) {
        return;
    }
    left = CULVERT_GC_EVERY;
    culvert_collections++;
    if (sfld_otr_GC_currentChunk < sfld_otr_GC_currentChunkLimit) {
        teavm_gc_fixHeap();
    }
    culvert_checkHeap();
    if (culvert_collections % 4 == 0) {
        meth_otr_GC_collectGarbageFullImpl(size);
    } else {
        meth_otr_GC_collectGarbageImpl(size);
    }
    culvert_checkHeap();
    culvert_spoilGaps();
}
